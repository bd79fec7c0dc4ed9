// The map as a list: every wire with how often it was used today.
import { Table } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { Wire, WireMap } from "./data.ts";
import type { Names } from "./useNames.ts";
import styles from "./Map.module.css";

interface Props {
  readonly map: WireMap;
  readonly names: Names;
  readonly matches: (id: string, name: string) => boolean;
  readonly onLink: (name: string) => void;
}

export function WireList({ map, names, matches, onLink }: Props): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const links = new Set(map.nodes.filter((node) => node.noun === "link").map((node) => node.name));
  const who = (name: string) =>
    !name ? (
      <span className={styles.nobody}>{t("map.nobody")}</span>
    ) : links.has(name) ? (
      <button type="button" className={styles.link} onClick={() => onLink(name)}>
        {names.of(`link:${name}`, name)}
      </button>
    ) : (
      names.of(`speaks:${name}`, name)
    );
  const rows = map.wires.filter((wire) => matches(`link:${wire.speaker}`, wire.speaker) || matches(`link:${wire.hearer}`, wire.hearer) || matches(`${wire.how}:${wire.word}`, wire.word));
  return (
    <Table<Wire>
      size="small"
      rowKey={(wire) => `${wire.speaker}>${wire.word}>${wire.hearer}`}
      dataSource={rows}
      pagination={false}
      scroll={{ x: "max-content" }}
      columns={[
        { title: t("map.list.speaker"), key: "speaker", render: (_, wire) => who(wire.speaker), sorter: (a, b) => a.speaker.localeCompare(b.speaker) },
        { title: t("map.list.word"), key: "word", render: (_, wire) => <>{names.of(`${wire.how}:${wire.word}`, wire.word)} <code className={styles.code}>{wire.kind}</code></>, sorter: (a, b) => a.word.localeCompare(b.word) },
        { title: t("map.list.how"), key: "how", render: (_, wire) => <>{t(`map.how.${wire.how}`)} {wire.slow ? <Tone>{t("map.slow")}</Tone> : null}</> },
        { title: t("map.list.hearer"), key: "hearer", render: (_, wire) => who(wire.hearer), sorter: (a, b) => a.hearer.localeCompare(b.hearer) },
        { title: t("map.list.today"), key: "today", align: "right", render: (_, wire) => format.number(wire.today), sorter: (a, b) => a.today - b.today },
        { title: t("map.list.rate"), key: "rate", align: "right", render: (_, wire) => (wire.how === "event" ? format.number(wire.per_minute, 1) : wire.held ? <Tone tone="accent">{t("map.held", { count: format.number(wire.held) })}</Tone> : "–"), sorter: (a, b) => a.per_minute - b.per_minute },
      ]}
    />
  );
}
