// Reasons that are often right when something is refused: one click fills the field.
import { useWords } from "@/words/index.ts";

export function useReasons(): string[] {
  const { t } = useWords();
  return [t("decisions.reason.amount"), t("decisions.reason.facts"), t("decisions.reason.otherway"), t("decisions.reason.policy"), t("decisions.reason.wait")];
}
