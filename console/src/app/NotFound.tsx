// An address that no page has.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Empty } from "@/ui/Empty.tsx";
import { useWords } from "@/words/index.ts";

export function NotFound(): ReactNode {
  const { t } = useWords();
  return (
    <Empty title={t("app.not_found")} actions={<Link to="/">{t("app.home")}</Link>}>
      {t("app.not_found.what")}
    </Empty>
  );
}
