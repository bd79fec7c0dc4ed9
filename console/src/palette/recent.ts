// What was opened last from the palette, kept by this browser.
export interface Recent {
  readonly title: string;
  readonly detail: string;
  readonly to: string;
}

const KEY = "linkloop.recent";
const MOST = 6;

export function recents(): readonly Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isRecent).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** Put one in front. */
export function remember(one: Recent): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([one, ...recents().filter((other) => other.to !== one.to)].slice(0, MOST)));
  } catch {
    // A browser that keeps nothing has no recent list.
  }
}

/** Only addresses of this console: what is kept could have been changed by hand. */
function isRecent(one: unknown): one is Recent {
  const found = one as Partial<Recent> | null;
  return typeof found?.title === "string" && typeof found.detail === "string" && typeof found.to === "string" && /^\/(?!\/)/.test(found.to);
}
