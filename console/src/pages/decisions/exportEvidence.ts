// Evidence: everything behind one decision as one JSON file, to be kept or sent.
import { get } from "@/api/client.ts";
import type { Dossier, Otherwise } from "./data.ts";

export async function exportEvidence(id: string): Promise<void> {
  const path = `/decisions/${encodeURIComponent(id)}`;
  const [dossier, otherwise] = await Promise.all([get<Dossier>(`${path}/dossier`), get<Otherwise>(`${path}/otherwise`)]);
  const blob = new Blob([JSON.stringify({ dossier, otherwise }, null, 2)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `decision-${id}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
