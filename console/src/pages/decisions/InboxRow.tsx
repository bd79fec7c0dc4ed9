// One decision in the list: what is proposed, the money at risk, why it waits, and the time left.
import { CheckOutlined } from "@ant-design/icons";
import { memo, type ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Left } from "@/ui/Left.tsx";
import { Money } from "@/ui/Money.tsx";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import type { Item } from "./data.ts";
import styles from "./InboxRow.module.css";
import type { Deed } from "./useDeeds.ts";

export interface InboxRowProps {
  readonly item: Item;
  readonly chosen: boolean;
  readonly marked: boolean;
  readonly markable: boolean;
  readonly busy: Deed | undefined;
  readonly leaving: string | undefined;
  readonly onChoose: (id: string) => void;
  readonly onMark: (id: string, range: boolean) => void;
}

export const InboxRow = memo(function InboxRow(props: InboxRowProps): ReactNode {
  const { item, chosen, marked, markable, busy, leaving, onChoose, onMark } = props;
  const { say, t, maybe } = useWords();
  const format = useFormat();
  const held = item.status === "held";
  return (
    <div
      id={`row-${item.id}`}
      role="option"
      aria-selected={chosen}
      aria-checked={markable ? marked : undefined}
      data-id={item.id}
      className={[styles.row, chosen ? styles.chosen : "", marked ? styles.marked : "", leaving === undefined ? "" : styles.leaving].join(" ")}
      onClick={() => onChoose(item.id)}
    >
      {markable ? (
        // Not a control of its own: an option holds none. Keys mark too, and the option tells that it is marked.
        <span
          className={styles.mark}
          data-mark={marked}
          aria-hidden="true"
          title={t("decisions.mark", { what: say(item.title) })}
          onClick={(event) => {
            event.stopPropagation();
            onMark(item.id, event.shiftKey);
          }}
        >
          {marked ? <CheckOutlined /> : null}
        </span>
      ) : null}
      <div className={styles.main}>
        <div className={styles.top}>
          <span className={styles.kind}>{maybe(`decisions.kind.${item.action_kind}`, item.action_kind)}</span>
          <span className={styles.right}>
            {busy ? <Tone tone="info">{t(`decisions.busy.${busy}`)}</Tone> : leaving ? <StatusTag status={leaving} /> : held ? <Left until={item.decide_by} /> : <StatusTag status={item.status} />}
          </span>
        </div>
        <p className={styles.title}>{say(item.title)}</p>
        <div className={styles.foot}>
          {item.at_risk.amount ? (
            <span className={styles.risk}>
              <Money value={item.at_risk} />
            </span>
          ) : null}
          <span className={styles.why}>{held ? t("decisions.row", { sure: say(item.sure), share: format.percent(item.confidence, 0) }) : say(item.reason)}</span>
          {held ? null : <When at={item.at} />}
        </div>
      </div>
    </div>
  );
});
