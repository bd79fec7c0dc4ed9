// The session: who looks at this page, and what they may do.
import { useQuery } from "@tanstack/react-query";
import { ApiError, carry, get } from "@/api/client.ts";

export type Permission = "see" | "sql" | "decide" | "rules" | "data" | "run" | "settings" | "people";

/** Who is signed in; `local` on a shop without accounts that only this machine reaches. */
export interface Session {
  readonly name: string;
  readonly role: string;
  readonly via: "session" | "token" | "local";
  readonly permissions: readonly Permission[];
  /** Links whose decisions this person may decide; `*`: all. */
  readonly links: readonly string[];
  readonly csrf: string;
}

export const SESSION = ["session"] as const;

const STUB: Session = { name: "local", role: "admin", via: "local", permissions: ["see", "sql", "decide", "rules", "data", "run", "settings", "people"], links: ["*"], csrf: "" };

async function ask(): Promise<Session | null> {
  try {
    const session = await get<Session>("/session");
    carry({ csrf: session.csrf ?? "" });
    return session;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    if (error instanceof ApiError && error.status === 404) return STUB; // until GET /session lands
    throw error;
  }
}

/** The session's query; its data is null when nobody is signed in. */
export function useSessionQuery() {
  return useQuery({ queryKey: SESSION, queryFn: ask, staleTime: 60_000, retry: 2 });
}

const NOBODY: Session = { name: "", role: "", via: "session", permissions: [], links: [], csrf: "" };

/** Who looks at the page; pages are only shown to somebody. */
export function useSession(): Session & { readonly may: (permission: Permission) => boolean } {
  const session = useSessionQuery().data ?? NOBODY;
  return { ...session, may: (permission) => session.permissions.includes(permission) };
}
