// Files that the API writes: fetched with the session's headers, saved under the name that the server gives.
import { BASE, headers, problemOf } from "@/api/client.ts";

export interface Downloaded {
  readonly rows: number;
  readonly cut: boolean;
}

/** Ask for a file and hand it to the browser. Throws ApiError. */
export async function download(path: string, body: object, signal?: AbortSignal): Promise<Downloaded> {
  const response = await fetch(`${BASE}${path}`, {
    method: "POST",
    credentials: "same-origin",
    headers: headers({ "content-type": "application/json" }),
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw await problemOf(response);
  save(await response.blob(), nameOf(response.headers.get("content-disposition") ?? ""));
  return { rows: Number(response.headers.get("x-linkloop-rows")), cut: response.headers.get("x-linkloop-cut") === "true" };
}

/** Save something under a name. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function nameOf(disposition: string): string {
  const found = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1];
  return found ? decodeURIComponent(found) : "export";
}
