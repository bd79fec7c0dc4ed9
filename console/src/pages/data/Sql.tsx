// Sql: to be written by its area.
import type { ReactNode } from "react";

export default function Sql(): ReactNode {
  return null;
}
