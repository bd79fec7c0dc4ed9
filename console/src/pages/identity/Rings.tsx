// The mark: two links of a chain that hold each other.
import type { ReactNode } from "react";

export function Rings(): ReactNode {
  return (
    <svg width="84" height="48" viewBox="0 0 84 48" aria-hidden="true">
      <circle cx="30" cy="24" r="17" fill="none" stroke="var(--ll-text)" strokeWidth="5" />
      <circle cx="54" cy="24" r="17" fill="none" stroke="var(--ll-accent)" strokeWidth="5" />
      <path d="M 42 11.96 A 17 17 0 0 1 46.6 20" fill="none" stroke="var(--ll-text)" strokeWidth="5" />
    </svg>
  );
}
