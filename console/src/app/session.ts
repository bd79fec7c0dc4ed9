// The session: who looks at this page, and what they may do.
import { useQuery } from "@tanstack/react-query";
import { carry, get } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";

export type Permission = "see" | "sql" | "decide" | "rules" | "data" | "run" | "settings" | "people";

type Me = components["schemas"]["Me"];

/** Who is signed in; `local` on a shop without accounts that only this machine reaches. */
export interface Session {
  readonly name: string;
  readonly role: string;
  readonly via: "session" | "token" | "local";
  readonly permissions: readonly Permission[];
  /** Links whose decisions this person may decide; `*`: all. */
  readonly links: readonly string[];
  readonly csrf: string;
  /** What was chosen on any machine; empty: nothing. */
  readonly language: string;
  readonly theme: string;
}

export const SESSION = ["session"] as const;

async function ask(): Promise<Session | null> {
  const me = await get<Me>("/session");
  carry({ csrf: me.csrf });
  return me.signed_in ? { ...me, role: me.role ?? "", via: me.via || "session" } : null;
}
carry({ renew: async () => void (await ask()) });

/** The session's query; its data is null when nobody is signed in. */
export function useSessionQuery() {
  return useQuery({ queryKey: SESSION, queryFn: ask, staleTime: 60_000, retry: 2 });
}

const NOBODY: Session = { name: "", role: "", via: "session", permissions: [], links: [], csrf: "", language: "", theme: "" };

/** Who looks at the page; pages are only shown to somebody. */
export function useSession(): Session & { readonly may: (permission: Permission) => boolean } {
  const session = useSessionQuery().data ?? NOBODY;
  return { ...session, may: (permission) => session.permissions.includes(permission) };
}
