// A thread: messages of all conversations that continue each other, with where a day begins and where the channel changes.
import type { Said } from "./data.ts";

/** What is on its way from this page and has no message yet. */
export interface Unsent {
  readonly key: string;
  readonly text: string;
  readonly at: string;
  readonly problem: unknown;
}

export type Line =
  | { readonly kind: "day"; readonly id: string; readonly at: string }
  | { readonly kind: "channel"; readonly id: string; readonly channel: string }
  | { readonly kind: "said"; readonly id: string; readonly said: Said };

/** Lines of a thread in order; `dayOf` gives the shop's day of a moment. */
export function lines(messages: readonly Said[], dayOf: (at: string) => string): Line[] {
  const found: Line[] = [];
  let day = "";
  let talk = "";
  let channel = "";
  for (const said of messages) {
    const today = dayOf(said.at);
    if (today !== day) found.push({ kind: "day", id: `day:${today}:${said.message_id}`, at: said.at });
    if (talk && said.conversation_id !== talk && said.channel !== channel) found.push({ kind: "channel", id: `channel:${said.message_id}`, channel: said.channel });
    found.push({ kind: "said", id: said.message_id, said });
    day = today;
    talk = said.conversation_id;
    channel = said.channel;
  }
  return found;
}
