// Data: every table, event and view: what it means, who fills it, how much there is and how fresh it is.
import { CodeOutlined } from "@ant-design/icons";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input, Segmented, Skeleton } from "antd";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Keys } from "@/ui/Keys.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { useKeys } from "@/ui/useKeys.ts";
import { type Column, VirtualTable } from "@/ui/VirtualTable.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { type TableCard, type TableFreshness, useAllFreshness, useTables } from "./api.ts";
import { DayBars } from "./DayBars.tsx";
import { FreshState } from "./FreshState.tsx";
import { Means } from "./Means.tsx";
import { NodeLink } from "./NodeLink.tsx";
import { usePhone } from "./usePhone.ts";
import styles from "./Data.module.css";

const NOUNS = ["all", "table", "event", "view"] as const;

export default function Data(): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const { may } = useSession();
  const navigate = useNavigate();
  const phone = usePhone();
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const tables = useTables();
  const fresh = useAllFreshness();
  const box = useRef<HTMLInputElement>(null);
  useKeys({ f: () => box.current?.focus() }); // "/" is the palette
  const byName = useMemo(() => new Map(fresh.data?.map((one) => [one.name, one])), [fresh.data]);
  const noun = search.noun ?? "all";
  // What is typed stands at once; the address follows when the typing rests.
  const [find, setFind] = useState(search.find ?? "");
  const wanted = find.trim().toLowerCase();
  const rows = useMemo(
    () =>
      (tables.data ?? []).filter(
        (one) => (noun === "all" || one.noun === noun || (noun === "late" && byName.get(one.name)?.state === "late")) && (!wanted || words(one).includes(wanted)),
      ),
    [tables.data, noun, wanted, byName],
  );
  const keep = (parts: Record<string, string | undefined>) => void navigate({ to: ".", search: { ...search, ...parts }, replace: true });
  useEffect(() => {
    if (find === (search.find ?? "")) return;
    const timer = setTimeout(() => keep({ find: find || undefined }), 300);
    return () => clearTimeout(timer);
  }, [find]);
  const late = fresh.data?.filter((one) => one.state === "late").length ?? 0;
  const columns = useMemo<Column<TableCard>[]>(() => {
    const of = (card: TableCard) => byName.get(card.name);
    const told = (card: TableCard, cell: (found: TableFreshness) => ReactNode) => {
      const found = of(card);
      return found ? cell(found) : fresh.isPending ? <span className={styles.waiting} /> : "–";
    };
    const name: Column<TableCard> = {
      key: "name",
      title: t("data.list.name"),
      width: "1fr",
      cell: (card) => (
        <span className={styles.name}>
          <code>{card.name}</code>
          <span className={styles.means} title={say(card.means)}>
            <Means text={card.means} />
          </span>
        </span>
      ),
    };
    const state: Column<TableCard> = { key: "state", title: t("data.fresh.state"), width: 92, cell: (card) => told(card, (one) => <FreshState fresh={one} />) };
    if (phone) return [name, state];
    return [
      name,
      { key: "noun", title: t("data.list.noun"), width: 72, cell: (card) => t(`data.kind.${card.noun}`) },
      { key: "owner", title: t("data.contract.owner"), width: 168, cell: (card) => <span className={styles.owners}>{card.owners.map((one) => <NodeLink key={one} id={one} />)}</span> },
      { key: "rows", title: t("data.fresh.rows"), width: 84, align: "right", cell: (card) => told(card, (one) => (one.rows == null ? "–" : format.number(one.rows))) },
      { key: "last", title: t("data.fresh.last.plain"), width: 124, cell: (card) => told(card, (one) => <When at={one.last_at} />) },
      { key: "lag", title: t("data.fresh.lag"), width: 112, align: "right", cell: (card) => told(card, (one) => (one.lag_s == null ? "–" : format.duration(one.lag_s * 1000))) },
      state,
      { key: "days", title: t("data.fresh.days"), width: 148, cell: (card) => told(card, (one) => (one.days.length > 1 ? <DayBars days={one.days} /> : null)) },
    ];
  }, [byName, fresh.isPending, phone, t, say, format]);
  return (
    <>
      <PageHead
        title={t("app.area.data")}
        about={t("data.about")}
        actions={
          <>
            {may("sql") ? (
              <Link to="/data/sql">
                <Button type="primary" icon={<CodeOutlined />}>
                  {t("data.sql.title")}
                </Button>
              </Link>
            ) : null}
            {may("data") ? (
              <>
                <Link to="/data/import">
                  <Button>{t("data.go.import")}</Button>
                </Link>
                <Link to="/data/quarantine">
                  <Button>{t("data.go.quarantine")}</Button>
                </Link>
              </>
            ) : null}
            <Link to="/data/dead-letters">
              <Button>{t("data.go.dead")}</Button>
            </Link>
          </>
        }
      />
      <Panel
        flush
        label={t("data.list")}
        title={
          <span className={styles.tools}>
            <Input
              ref={(input) => {
                box.current = input?.input ?? null;
              }}
              allowClear
              className={styles.find}
              aria-label={t("data.list.find")}
              placeholder={t("data.list.find")}
              value={find}
              onChange={(event) => setFind(event.target.value)}
              suffix={<Keys keys="F" />}
            />
            <Segmented
              aria-label={t("data.list.noun")}
              value={noun}
              onChange={(value) => keep({ noun: value === "all" ? undefined : value })}
              options={[...NOUNS.map((value) => ({ value: value as string, label: t(value === "all" ? "data.list.all" : `data.list.${value}`) })), ...(late ? [{ value: "late", label: t("data.list.late", { count: String(late) }) }] : [])]}
            />
          </span>
        }
        actions={<span className={styles.count} aria-busy={fresh.isPending}>{tables.data ? t("data.list.count", { shown: String(rows.length), all: String(tables.data.length) }) : ""}</span>}
      >
        {tables.error ? <ErrorNote error={tables.error} again={() => void tables.refetch()} /> : null}
        {fresh.error ? <ErrorNote error={fresh.error} again={() => void fresh.refetch()} /> : null}
        {tables.isPending ? (
          <div className={styles.pending}>
            <Skeleton active paragraph={{ rows: 12 }} />
          </div>
        ) : (
          <VirtualTable
            label={t("data.list")}
            columns={columns}
            rows={rows}
            rowKey={(card) => card.name}
            rowHeight={54}
            height="max(320px, calc(100dvh - 262px))"
            onRow={(card) => void navigate({ to: "/data/table/$name", params: { name: card.name } })}
            empty={<Empty title={t("data.list.none")}>{t("data.list.none.what")}</Empty>}
          />
        )}
      </Panel>
    </>
  );
}

/** Everything that a table may be found by. */
const words = (card: TableCard) => [card.name, card.means.en, card.means.zh, ...card.columns, ...card.owners, ...card.readers].join(" ").toLowerCase();
