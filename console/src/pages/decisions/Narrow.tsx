// What the list is narrowed to, kept in the address so that it can be sent to a colleague.
import { ClearOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useNow } from "@/app/shop.ts";
import { useWords } from "@/words/index.ts";
import { type Counts, type Narrowing, SORTS, STATUSES } from "./data.ts";
import styles from "./Narrow.module.css";

export interface NarrowProps {
  readonly counts: Counts | undefined;
  readonly narrowing: Narrowing;
  readonly decided: boolean;
  readonly onChange: (parts: Narrowing) => void;
}

const SPANS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;

export function Narrow({ counts, narrowing, decided, onChange }: NarrowProps): ReactNode {
  const { t, maybe } = useWords();
  const now = useNow();
  const [text, setText] = useState(narrowing.text ?? "");
  useEffect(() => setText(narrowing.text ?? ""), [narrowing.text]);
  useEffect(() => {
    if (text === (narrowing.text ?? "")) return;
    const timer = setTimeout(() => onChange({ text }), 300);
    return () => clearTimeout(timer);
  }, [text, narrowing.text, onChange]);

  const heldOf = (kind: string) => counts?.kinds.filter((one) => one.action_kind === kind).reduce((sum, one) => sum + one.held, 0) ?? 0;
  const kinds = (counts?.kinds_ever ?? []).map((kind) => {
    const count = heldOf(kind);
    const name = maybe(`decisions.kind.${kind}`, kind);
    return { value: kind, label: decided || !count ? name : `${name} · ${count}` };
  });
  const narrowed = Boolean(narrowing.kind || narrowing.link || narrowing.about || narrowing.text || narrowing.since || narrowing.status);
  return (
    <div className={styles.bar} role="search" aria-label={t("decisions.narrow")}>
      <Input
        allowClear
        size="small"
        prefix={<SearchOutlined />}
        placeholder={t("decisions.narrow.text")}
        aria-label={t("decisions.narrow.text")}
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={styles.selects}>
        {decided ? (
          <Select
            size="small"
            allowClear
            popupMatchSelectWidth={false}
            placeholder={t("decisions.narrow.status")}
            aria-label={t("decisions.narrow.status")}
            value={narrowing.status || undefined}
            options={STATUSES.map((status) => ({ value: status, label: `${maybe(`ui.status.${status}`, status)} · ${counts?.statuses[status] ?? 0}` }))}
            onChange={(status?: string) => onChange({ status: status ?? "" })}
          />
        ) : (
          <Select
            size="small"
            popupMatchSelectWidth={false}
            aria-label={t("decisions.narrow.sort")}
            value={SORTS.find((one) => one === narrowing.sort) ?? "urgency"}
            options={SORTS.map((sort) => ({ value: sort, label: t(`decisions.sort.${sort}`), title: t(`decisions.sort.${sort}.about`) }))}
            onChange={(sort) => onChange({ sort })}
          />
        )}
        <Select
          size="small"
          allowClear
          popupMatchSelectWidth={false}
          placeholder={t("decisions.narrow.kind")}
          aria-label={t("decisions.narrow.kind")}
          value={narrowing.kind || undefined}
          options={kinds}
          onChange={(kind?: string) => onChange({ kind: kind ?? "" })}
        />
        <Select
          size="small"
          allowClear
          popupMatchSelectWidth={false}
          placeholder={t("decisions.narrow.link")}
          aria-label={t("decisions.narrow.link")}
          value={narrowing.link || undefined}
          options={(counts?.links ?? []).map((link) => ({ value: link, label: maybe(`decisions.link.${link}`, link) }))}
          onChange={(link?: string) => onChange({ link: link ?? "" })}
        />
        <Select
          size="small"
          allowClear
          popupMatchSelectWidth={false}
          placeholder={t("decisions.narrow.time")}
          aria-label={t("decisions.narrow.time")}
          value={narrowing.since ? "since" : undefined}
          options={[
            ...(narrowing.since ? [{ value: "since", label: t("decisions.narrow.time.set") }] : []),
            ...Object.keys(SPANS).map((span) => ({ value: span, label: t(`decisions.narrow.time.${span}`) })),
          ]}
          onChange={(span?: string) =>
            onChange({ since: span && span in SPANS ? new Date(now.getTime() - SPANS[span as keyof typeof SPANS]).toISOString() : "" })
          }
        />
        {narrowed ? (
          <Button
            size="small"
            type="text"
            icon={<ClearOutlined />}
            onClick={() => onChange({ kind: "", link: "", about: "", text: "", since: "", until: "", status: "" })}
          >
            {t("decisions.narrow.clear")}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
