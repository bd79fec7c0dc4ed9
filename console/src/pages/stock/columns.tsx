// The columns of the planner's list: why, money, stock and time, the forecast and the order that can be edited, the action.
import { EditOutlined } from "@ant-design/icons";
import { type ReactNode, useMemo } from "react";
import type { Format } from "@/format/index.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Tone, type ToneName } from "@/ui/Tone.tsx";
import type { Column } from "@/ui/VirtualTable.tsx";
import { useWords, type Words } from "@/words/index.ts";
import type { Attention, StockLine } from "./data.ts";
import type { Edit } from "./EditDialog.tsx";
import styles from "./Stock.module.css";

const TONES: Readonly<Record<string, ToneName>> = { out: "bad", late: "warn", moved: "info", drift: "warn", surplus: "plain", held: "accent" };
const ACTION_TONES: Readonly<Record<string, ToneName>> = { 紧急补货: "bad", 促销建议: "info", 维持现状: "plain" };

export function KindTags({ line }: { line: Pick<StockLine, "kinds"> }): ReactNode {
  const { t } = useWords();
  return (
    <span className={styles.tags}>
      {line.kinds.map((kind) => (
        <Tone key={kind} tone={TONES[kind] ?? "plain"}>
          {t(`stock.kind.${kind}`)}
        </Tone>
      ))}
    </span>
  );
}

export function ActionTag({ action, name }: { action: string | null | undefined; name: string }): ReactNode {
  return action ? <Tone tone={ACTION_TONES[action] ?? "plain"}>{name}</Tone> : <>–</>;
}

/** In words why a line stands in the list. */
export function whyOf(line: StockLine, t: Words["t"], format: Format): string {
  const units = (value: number | null | undefined) => format.number(Math.round(value ?? 0));
  if (line.kinds.includes("out")) return t("stock.why.out", { chance: format.percent(line.p_out, 0), lost: units(line.lost) });
  if (line.kinds.includes("late")) return t("stock.why.late", { date: format.date(line.late_since) });
  if (line.kinds.includes("moved")) return t("stock.why.moved", { before: units(line.moved_from), after: units(line.moved_to) });
  if (line.kinds.includes("surplus")) return t("stock.why.surplus", { units: units(line.surplus), discount: format.percent(line.discount, 0) });
  if (line.kinds.includes("drift")) return t("stock.why.drift", { size: format.number(line.drift, 1) });
  return "";
}

export function useColumns(data: Attention | undefined, decides: boolean, onEdit: (what: Edit["what"], line: StockLine) => void): readonly Column<StockLine>[] {
  const { t, say } = useWords();
  const format = useFormat();
  return useMemo(() => {
    const names = new Map([...(data?.regions ?? []), ...(data?.actions ?? [])].map((one) => [one.key, say(one.name)]));
    const edited = (what: Edit["what"], line: StockLine, word: string, shown: ReactNode) =>
      decides ? (
        <button
          type="button"
          className={styles.edit}
          tabIndex={-1}
          title={word}
          onClick={(event) => {
            event.stopPropagation();
            onEdit(what, line);
          }}
        >
          {shown} <EditOutlined aria-hidden="true" style={{ fontSize: 11 }} />
        </button>
      ) : (
        shown
      );
    const found: Column<StockLine>[] = [
      {
        key: "product",
        title: t("stock.column.product"),
        width: "1.3fr",
        cell: (line) => (
          <span className={styles.two}>
            <span className={styles.name}>{line.title || line.product_id}</span>
            <span className={styles.more}>{[line.product_id, line.place, names.get(line.region) ?? line.region].filter(Boolean).join(" · ")}</span>
          </span>
        ),
      },
      {
        key: "why",
        title: t("stock.column.why"),
        width: "1.5fr",
        cell: (line) => (
          <span className={styles.two}>
            <KindTags line={line} />
            <span className={styles.more}>{whyOf(line, t, format)}</span>
          </span>
        ),
      },
      {
        key: "stake",
        title: t("stock.column.stake"),
        about: t("stock.column.stake.about"),
        width: 100,
        align: "right",
        cell: (line) => <span className={styles.money}>{line.stake ? format.money({ amount: line.stake, currency: line.currency || data?.currency || "CNY" }, "whole") : "–"}</span>,
      },
      {
        key: "stock",
        title: t("stock.column.stock"),
        about: t("stock.column.stock.about"),
        width: 148,
        align: "right",
        cell: (line) => (
          <span className={styles.two}>
            <span>{t("stock.units", { count: format.number(line.on_hand) })}</span>
            <span className={`${styles.more} ${line.days_of_cover != null && line.days_of_cover < line.lead_days ? styles.bad : ""}`}>
              {line.days_of_cover == null ? t("stock.cover.none") : t("stock.cover", { days: format.number(line.days_of_cover, 1), lead: format.number(line.lead_days, 1) })}
            </span>
          </span>
        ),
      },
      {
        key: "arriving",
        title: t("stock.column.arriving"),
        width: 104,
        align: "right",
        cell: (line) =>
          line.arriving ? (
            <span className={styles.two}>
              <span>+{format.number(line.arriving)}</span>
              <span className={`${styles.more} ${line.late_since ? styles.bad : ""}`}>{format.date(line.late_since ?? line.arrives_at)}</span>
            </span>
          ) : (
            "–"
          ),
      },
      {
        key: "week",
        title: t("stock.column.week"),
        about: t("stock.column.week.about"),
        width: 104,
        align: "right",
        cell: (line) =>
          edited(
            "forecast",
            line,
            t("stock.edit.forecast.of", { what: line.title || line.product_id }),
            <>
              {line.override && line.week !== line.week_told ? <span className={styles.was}>{format.number(line.week, 0)}</span> : null}
              <span className={line.override ? styles.own : ""}>{format.number(line.week_told, 0)}</span>
            </>,
          ),
      },
      {
        key: "order",
        title: t("stock.column.order"),
        about: t("stock.column.order.about"),
        width: 120,
        align: "right",
        cell: (line) =>
          line.held
            ? edited("order", line, t("stock.edit.order.of", { what: line.title || line.product_id }), <span>{t(line.held.kind === "Transfer" ? "stock.move.units" : "stock.order.units", { count: format.number(line.held.quantity) })}</span>)
            : "–",
      },
      { key: "action", title: t("stock.column.action"), about: t("stock.column.action.about"), width: 104, cell: (line) => <ActionTag action={line.action} name={names.get(line.action ?? "") ?? line.action ?? ""} /> },
    ];
    return found;
  }, [data?.regions, data?.actions, data?.currency, decides, format, onEdit, say, t]);
}
