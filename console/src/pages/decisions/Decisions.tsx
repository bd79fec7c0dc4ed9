// Decisions: what waits for a person, by money at risk and time left, with the whole why beside it; and what was decided.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { type ReactNode, useCallback, useMemo } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Keys } from "@/ui/Keys.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { useWords } from "@/words/index.ts";
import { type Narrowing, useCounts } from "./data.ts";
import { Desk } from "./Desk.tsx";
import styles from "./Decisions.module.css";
import { usePhone } from "./usePhone.ts";

const FIELDS = ["kind", "link", "about", "text", "since", "until", "status", "sort"] as const;

export default function Decisions(): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const phone = usePhone();
  const search = useSearch({ strict: false }) as Readonly<Record<string, string | undefined>>;
  const navigate = useNavigate();
  const counts = useCounts().data;
  const decided = search.tab === "decided";

  const asked = FIELDS.map((field) => search[field] ?? "").join("\n");
  const narrowing = useMemo<Narrowing>(() => {
    const values = asked.split("\n");
    return Object.fromEntries(FIELDS.map((field, n) => [field, values[n] || undefined]).filter(([, value]) => value));
  }, [asked]);
  const go = useCallback(
    (parts: Readonly<Record<string, string | undefined>>) =>
      void navigate({ to: "/decisions", search: (before: object) => ({ ...before, ...parts }) as never, replace: true }),
    [navigate],
  );
  const onChange = useCallback((parts: Narrowing) => go({ ...parts, id: undefined }), [go]);
  const onChoose = useCallback((id: string) => go({ id: id || undefined }), [go]);

  const held = counts?.statuses.held ?? 0;
  const about = counts
    ? t("decisions.about", { count: held, money: counts.at_risk.map((money) => format.money(money)).join(" + ") || format.number(0), soon: counts.due_soon })
    : " ";
  return (
    <div className={styles.page}>
      <PageHead
        title={t("decisions.title")}
        about={about || "\u00a0"}
        actions={
          <>
            <Segmented
              value={decided ? "decided" : "held"}
              options={[
                { value: "held", label: t("decisions.tab.held", { count: held }) },
                { value: "decided", label: t("decisions.tab.decided") },
              ]}
              onChange={(tab) => go({ tab: tab === "decided" ? "decided" : undefined, id: undefined, status: undefined })}
            />
            {phone ? null : (
              <Button type="text" onClick={() => window.dispatchEvent(new KeyboardEvent("keydown", { key: "?" }))}>
                {t("decisions.keys")} <Keys keys="?" />
              </Button>
            )}
          </>
        }
      />
      <Desk
        key={decided ? "decided" : "held"}
        decided={decided}
        narrowing={narrowing}
        counts={counts}
        chosen={search.id ?? ""}
        phone={phone}
        onChange={onChange}
        onChoose={onChoose}
      />
    </div>
  );
}
