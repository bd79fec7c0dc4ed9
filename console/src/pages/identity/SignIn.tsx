// SignIn: to be written by its area.
import type { ReactNode } from "react";

export default function SignIn(): ReactNode {
  return null;
}
