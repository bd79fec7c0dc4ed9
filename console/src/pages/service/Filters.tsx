// What the queue shows: whose turn it is, then channel and mood; each with how many there are.
import { Segmented, Select } from "antd";
import type { ReactNode } from "react";
import { useWords } from "@/words/index.ts";
import { type Counts, MOODS, type Show, showOf, SHOWS, type Wanted } from "./data.ts";
import styles from "./Filters.module.css";

export interface FiltersProps {
  readonly wanted: Wanted;
  readonly counts: Counts | undefined;
  readonly onChange: (parts: Wanted) => void;
}

export function Filters({ wanted, counts, onChange }: FiltersProps): ReactNode {
  const { t, maybe } = useWords();
  const many: Readonly<Record<Show, number | undefined>> = {
    waiting: counts && counts.waiting + counts.with_person,
    mine: counts?.mine,
    bot: counts?.open,
    solved: counts?.solved,
  };
  const channels = Object.entries(counts?.channels ?? {});
  return (
    <div className={styles.bar}>
      <Segmented<Show>
        block
        size="small"
        value={showOf(wanted)}
        aria-label={t("service.show")}
        options={SHOWS.map((value) => ({ value, label: <span className={styles.tab}>{t(`service.show.${value}`)} {value === "solved" ? null : <b>{many[value] ?? "\u2007"}</b>}</span> }))}
        onChange={(show) => onChange({ show: show === "waiting" ? undefined : show })}
      />
      <div className={styles.selects}>
        <Select
          size="small"
          allowClear
          className={styles.select}
          aria-label={t("service.channel")}
          placeholder={t("service.channel")}
          value={wanted.channel}
          options={channels.map(([value, count]) => ({ value, label: `${maybe(`ui.channel.${value}`, value)} ${count}` }))}
          onChange={(channel?: string) => onChange({ channel })}
        />
        <Select
          size="small"
          allowClear
          className={styles.select}
          aria-label={t("service.mood")}
          placeholder={t("service.mood")}
          value={wanted.mood}
          options={MOODS.map((value) => ({ value, label: `${t(`service.mood.${value}`)} ${counts?.moods?.[value] ?? 0}` }))}
          onChange={(mood?: string) => onChange({ mood })}
        />
      </div>
    </div>
  );
}
