// The parts of a quarantined file's account, in the order in which rows go through them.
import type { Part } from "./Account.tsx";
import type { WardAccount } from "./wards.ts";

/** kept + waiting + readmitted + dismissed. */
export const parts = (account: WardAccount): readonly Part[] => [
  { name: "kept", rows: account.rows_kept },
  { name: "waiting", rows: account.waiting },
  { name: "readmitted", rows: account.readmitted },
  { name: "dismissed", rows: account.dismissed },
];
