// A link to the page of one thing, by its kind and id; plain text for kinds without a page.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

export type ThingKind = "order" | "customer" | "product" | "parcel" | "case" | "decision";

export function ThingLink({ kind, id, children }: { kind: ThingKind | string; id: string; children?: ReactNode }): ReactNode {
  const shown = children ?? id;
  if (!id) return <>{shown}</>;
  switch (kind) {
    case "order":
      return <Link to="/order/$id" params={{ id }}>{shown}</Link>;
    case "customer":
      return <Link to="/customer/$id" params={{ id }}>{shown}</Link>;
    case "product":
      return <Link to="/product/$id" params={{ id }}>{shown}</Link>;
    case "parcel":
      return <Link to="/parcel/$id" params={{ id }}>{shown}</Link>;
    case "case":
      return <Link to="/case/$id" params={{ id }}>{shown}</Link>;
    case "decision":
      return <Link to="/decisions" search={{ id }}>{shown}</Link>;
    default:
      return <>{shown}</>;
  }
}
