// The start: the reader's words, then the application.
import "virtual:tokens.css";
import "./theme/base.css";
import { createRoot } from "react-dom/client";
import { carry } from "@/api/client.ts";
import { App } from "@/app/App.tsx";
import { kept } from "@/app/preferences.ts";
import { speak } from "@/app/speaking.ts";

// A few parts of antd (the scroll lock, measuring a scroll bar, some icons) make a style sheet without the nonce that they
// were given. What our own scripts make carries it; markup from anywhere else still has none, and the policy refuses it.
const nonce = document.querySelector<HTMLMetaElement>("meta[name='csp-nonce']")?.content;
for (const maker of ["createElement", "createElementNS"] as const) {
  const make = document[maker].bind(document) as (...given: unknown[]) => HTMLElement | SVGElement;
  document[maker] = ((...given: unknown[]) => {
    const made = make(...given);
    if (nonce && made.localName === "style") made.nonce = nonce;
    return made;
  }) as never;
}

const preferences = kept();
carry({ lang: preferences.lang });
const place = document.getElementById("root");
// No `await` of the module itself: files that are awaited may need the file that this one is in.
void speak(preferences.lang).then((speech) => place && createRoot(place).render(<App first={preferences} speech={speech} />));
