// What the macros' dialog asks the API: keep one, take one away and bring it back; and which field an error is about.
import { useQueryClient } from "@tanstack/react-query";
import { ApiError, del, put } from "@/api/client.ts";
import { useSession } from "@/app/session.ts";
import { type Lang, type Text, useWords } from "@/words/index.ts";
import { toast } from "@/ui/toast.tsx";
import { AREA, type Macro } from "./data.ts";

export const MACROS = [AREA, "macros"] as const;
export const LANGS: readonly Lang[] = ["en", "zh"];
export const LONGEST_NAME = 120;
export const LONGEST_TEXT = 4000; // as long as an answer may be

/** A macro as it is written; `updated_at` is that of the version that it was made from (null: a new one). */
export interface MacroBody {
  readonly name: Text;
  readonly text: Text;
  readonly updated_at: string | null;
}

const at = (id: string) => `/service/macros/${encodeURIComponent(id)}`;

export const keepMacro = (id: string, body: MacroBody) => put<Macro>(at(id), body);

/** An id that nobody has: what can be read of the English name, and a few letters by chance. */
export function macroId(name: string, chance: string): string {
  const read = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
  return `${read || "macro"}-${chance}`;
}

export const chance = () => Array.from(crypto.getRandomValues(new Uint8Array(4)), (one) => one.toString(16).padStart(2, "0")).join("");

/** The field that an error is about: `text.en`, `text.zh`, `name` or `text` (in no language); empty: none. */
export function fieldOf(error: unknown): string {
  return error instanceof ApiError && error.code.startsWith("macro.") && error.code !== "macro.changed" ? error.where : "";
}

/** Whether somebody else has written the macro meanwhile. */
export const isChanged = (error: unknown) => error instanceof ApiError && error.code === "macro.changed";

/** Whether who looks at the page may write macros. */
export function useMayWrite(): boolean {
  const { may, links } = useSession();
  return may("decide") && (links.includes("*") || links.includes("service"));
}

/** Take a macro away, and say so with a way to bring it back. */
export function useForget(): (macro: Macro) => Promise<void> {
  const { t, say } = useWords();
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: MACROS });
  const back = async (macro: Macro) => {
    try {
      await keepMacro(macro.macro_id, { name: macro.name, text: macro.text, updated_at: null });
      toast({ text: t("service.macros.back", { name: say(macro.name) }), tone: "good" });
    } catch (error) {
      toast({ text: error instanceof ApiError ? say(error.text) : t("ui.error.unknown"), tone: "bad" });
    }
    await again();
  };
  return async (macro) => {
    await del<Macro>(at(macro.macro_id));
    toast({ text: t("service.macros.deleted", { name: say(macro.name) }), tone: "good", action: { label: t("service.macros.undo"), do: () => void back(macro) } });
    await again();
  };
}
