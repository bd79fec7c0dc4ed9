// The application: words, theme, session and shop around the pages.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ConfigProvider } from "antd";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from "react";
import { ApiError, carry } from "@/api/client.ts";
import { stream } from "@/live/stream.ts";
import { antdTheme } from "@/theme/antd.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Toasts } from "@/ui/toast.tsx";
import { words, WordsContext } from "@/words/index.ts";
import { useLikes } from "./likes.ts";
import { keep, type Preferences, PreferencesContext } from "./preferences.ts";
import { router } from "./routes.tsx";
import { SESSION, useSessionQuery } from "./session.ts";
import { ShopProvider } from "./shop.ts";
import { speak, type Spoken } from "./speaking.ts";
import { Waiting } from "./Waiting.tsx";

const SignIn = lazy(() => import("@/pages/identity/SignIn.tsx"));
const NONCE = document.querySelector<HTMLMetaElement>("meta[name='csp-nonce']")?.content;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: true,
    },
  },
});
carry({ onSignedOut: () => client.setQueryData(SESSION, null) });

export function App({ first, speech }: { first: Preferences; speech: Spoken }): ReactNode {
  const [preferences, setPreferences] = useState(first);
  const [spoken, setSpoken] = useState(speech);
  const system = useSystemDark();
  const shown = preferences.theme === "system" ? (system ? "dark" : "light") : preferences.theme;

  useEffect(() => {
    document.documentElement.dataset.theme = shown;
  }, [shown]);
  useEffect(() => {
    document.documentElement.lang = spoken.lang === "zh" ? "zh-CN" : "en";
    carry({ lang: spoken.lang });
  }, [spoken.lang]);

  const preferring = useMemo(
    () => ({
      ...preferences,
      shown,
      set: (parts: Partial<Preferences>) => {
        const next = { ...preferences, ...parts };
        keep(next);
        setPreferences(next);
        if (parts.lang) void speak(parts.lang).then(setSpoken);
      },
    }),
    [preferences, shown],
  );
  const speaking = useMemo(() => words(spoken.lang, spoken.catalog), [spoken]);
  const theme = useMemo(() => antdTheme(shown), [shown]);

  return (
    <PreferencesContext.Provider value={preferring}>
      <WordsContext.Provider value={speaking}>
        <ConfigProvider theme={theme} locale={spoken.antd} csp={{ nonce: NONCE }} button={{ autoInsertSpace: false }} wave={{ disabled: true }} getPopupContainer={popups}>
          <QueryClientProvider client={client}>
            <Inside />
            <Toasts />
          </QueryClientProvider>
        </ConfigProvider>
      </WordsContext.Provider>
    </PreferencesContext.Provider>
  );
}

// Not the body itself: for dialogs in it the scroll lock of antd writes a style sheet without our nonce.
const popups = () => document.getElementById("root") ?? document.body;

/** The pages for somebody who is signed in, the door for everybody else. */
function Inside(): ReactNode {
  const session = useSessionQuery();
  const here = Boolean(session.data);
  useLikes(session.data);
  useEffect(() => {
    if (here) stream.open();
    else stream.close();
  }, [here]);
  if (session.isPending) return <Waiting />;
  if (session.isError && !session.data) return <ErrorNote error={session.error} again={() => void session.refetch()} />;
  if (!here) {
    return (
      <Suspense fallback={<Waiting />}>
        <SignIn />
      </Suspense>
    );
  }
  return (
    <ShopProvider>
      <RouterProvider router={router} />
    </ShopProvider>
  );
}

function useSystemDark(): boolean {
  const [dark, setDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const hear = () => setDark(query.matches);
    query.addEventListener("change", hear);
    return () => query.removeEventListener("change", hear);
  }, []);
  return dark;
}
