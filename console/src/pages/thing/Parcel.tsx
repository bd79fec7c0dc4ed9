// Parcel: to be written by its area.
import type { ReactNode } from "react";

export default function Parcel(): ReactNode {
  return null;
}
