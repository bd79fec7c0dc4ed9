// What a person chose for each sheet of a file that waits; it survives a reload of the page, and goes with the import.
import { useCallback, useState } from "react";
import type { Mapping } from "./api.ts";

export interface SheetDraft {
  readonly mapping: Mapping | null;
  /** Left out: this sheet is not imported. */
  readonly skip: boolean;
  readonly keepAs: string;
}

type Drafts = Readonly<Record<string, SheetDraft>>;
const place = (id: string) => `linkloop.import.${id}`;

function read(id: string): Drafts {
  try {
    return JSON.parse(sessionStorage.getItem(place(id)) ?? "{}") as Drafts;
  } catch {
    return {};
  }
}

/** Drafts by sheet, a way to change one, and a way to forget them all. */
export function useDrafts(id: string): { drafts: Drafts; change: (sheet: string, draft: SheetDraft) => void; forget: () => void } {
  const [drafts, setDrafts] = useState<Drafts>(() => read(id));
  const change = useCallback(
    (sheet: string, draft: SheetDraft) =>
      setDrafts((before) => {
        const now = { ...before, [sheet]: draft };
        try {
          sessionStorage.setItem(place(id), JSON.stringify(now));
        } catch {
          // No room: the draft lives as long as the page.
        }
        return now;
      }),
    [id],
  );
  const forget = useCallback(() => sessionStorage.removeItem(place(id)), [id]);
  return { drafts, change, forget };
}
