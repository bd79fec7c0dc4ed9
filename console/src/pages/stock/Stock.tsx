// Stock: what needs a planner's eye, most money first; forecast and order are edited in place, with a reason.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Keys } from "@/ui/Keys.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { useKeys } from "@/ui/useKeys.ts";
import { VirtualTable } from "@/ui/VirtualTable.tsx";
import { useWords } from "@/words/index.ts";
import { usePhone } from "@/pages/decisions/usePhone.ts";
import { Cards } from "./Cards.tsx";
import { useColumns } from "./columns.tsx";
import { type Narrowing, type StockLine, useAttention } from "./data.ts";
import { type Edit, EditDialog } from "./EditDialog.tsx";
import { Filters } from "./Filters.tsx";
import { HelpDialog } from "./HelpDialog.tsx";
import styles from "./Stock.module.css";
import { Tabs } from "./Tabs.tsx";
import { useDeeds } from "./useDeeds.ts";

const FIELDS = ["show", "region", "category", "action", "text"] as const;

export default function Stock(): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const phone = usePhone();
  const { may } = useSession();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Readonly<Record<string, string | undefined>>;
  const asked = FIELDS.map((field) => search[field] ?? "").join("\n");
  const narrowing = useMemo<Narrowing>(() => {
    const values = asked.split("\n");
    return Object.fromEntries(FIELDS.map((field, n) => [field, values[n] || undefined]));
  }, [asked]);
  const { data, error, refetch } = useAttention(narrowing);
  const [active, setActive] = useState<StockLine | undefined>();
  const [edit, setEdit] = useState<Edit | null>(null);
  const [help, setHelp] = useState(false);
  const deeds = useDeeds();

  const change = useCallback((parts: Narrowing) => void navigate({ to: "/stock", search: (before: object) => ({ ...before, ...parts }) as never, replace: true }), [navigate]);
  const open = useCallback((line: StockLine) => void navigate({ to: "/stock/$id", params: { id: line.product_id }, search: { place: line.place } }), [navigate]);
  const onEdit = useCallback((what: Edit["what"], line: StockLine) => setEdit({ what, line }), []);
  const columns = useColumns(data, may("decide"), onEdit);
  useKeys({
    e: () => active && may("decide") && setEdit({ what: "forecast", line: active }),
    o: () => active?.held && may("decide") && setEdit({ what: "order", line: active }),
    a: () => active?.held && may("decide") && void deeds.approve(active),
    u: () => void deeds.undoLast(),
    "/": () => document.getElementById("stock-text")?.focus(),
    "?": () => setHelp(true),
  });

  const nothing = data && data.series === 0;
  const narrowed = FIELDS.some((field) => field !== "show" && search[field]);
  return (
    <div className={styles.page}>
      <PageHead
        title={t("stock.title")}
        about={data ? t("stock.about", { count: format.number(data.total), money: format.money({ amount: data.stake, currency: data.currency }, "whole"), held: format.number(data.held) }) : "\u00a0"}
        actions={
          <>
            {data ? <SqlPeek sql={data.sql.levels ?? ""} about={t("stock.title")} /> : null}
            {phone ? null : (
              <Button type="text" onClick={() => setHelp(true)}>
                {t("stock.keys")} <Keys keys="?" />
              </Button>
            )}
          </>
        }
      >
        <Tabs />
      </PageHead>
      <ErrorNote error={error} again={() => void refetch()} />
      {nothing ? (
        <Empty title={t("stock.none")} actions={<Button onClick={() => void navigate({ to: "/data/import" })}>{t("stock.none.do")}</Button>}>
          {t("stock.none.what")}
        </Empty>
      ) : (
        <>
          {data && data.forecasts === 0 ? <p className={styles.note}>{t("stock.no_forecasts")}</p> : null}
          <Filters data={data} narrowing={narrowing} onChange={change} />
          {phone ? (
            <Cards lines={data?.lines ?? []} onOpen={open} />
          ) : (
            <div className={styles.table} aria-busy={!data}>
              <VirtualTable
                label={t("stock.title")}
                columns={columns}
                rows={data?.lines ?? []}
                rowKey={(line) => `${line.product_id}|${line.place}`}
                rowHeight={52}
                height="100%"
                focused={Boolean(data)}
                onRow={open}
                onActive={setActive}
                empty={data ? <Empty title={t(narrowed ? "stock.empty.narrowed" : "stock.empty")}>{t(narrowed ? "stock.empty.narrowed.what" : "stock.empty.what")}</Empty> : null}
              />
            </div>
          )}
        </>
      )}
      {data && edit ? (
        <EditDialog key={`${edit.what}${edit.line.product_id}${edit.line.place}`} edit={edit} day={data.day} deeds={deeds} onClose={() => setEdit(null)} />
      ) : null}
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </div>
  );
}
