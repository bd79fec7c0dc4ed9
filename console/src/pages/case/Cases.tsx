// Cases: every chain of causes in which something was decided, latest first, in words.
import { SearchOutlined } from "@ant-design/icons";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input, Select, Skeleton } from "antd";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useShop } from "@/app/shop.ts";
import { useFormat } from "@/format/useFormat.ts";
import { useRefresh } from "@/live/useRefresh.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { StatusTag } from "@/ui/StatusTag.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { AREA, type CaseLine, type CasesAsked, useCases } from "./data.ts";
import styles from "./Case.module.css";

const STATUSES = ["held", "allowed", "done", "refused", "failed", "unclear", "undone", "repeated"] as const;

export default function Cases(): ReactNode {
  const { t, maybe } = useWords();
  const search = useSearch({ strict: false }) as Readonly<Record<string, string | undefined>>;
  const navigate = useNavigate();
  const { status: shop } = useShop();
  const { link, status, text } = search;
  const asked = useMemo<CasesAsked>(() => ({ link, status, text }), [link, status, text]);
  const { data, error, refetch, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useCases(asked);
  const rows = (data?.pages ?? []).flatMap((page) => page.items);
  const narrow = (parts: CasesAsked) =>
    void navigate({ to: "/cases", search: (before: object) => ({ ...before, ...parts }) as never, replace: true });
  useRefresh([AREA, "list"], ["decisions"], 10_000);
  const [typed, setTyped] = useState(text ?? "");
  useEffect(() => {
    if (typed === (text ?? "")) return;
    const timer = setTimeout(() => narrow({ text: typed || undefined }), 300);
    return () => clearTimeout(timer);
  }, [typed, text]);
  return (
    <>
      <PageHead title={t("case.list")} about={t("case.list.about")}>
        <div className={styles.filters} role="search" aria-label={t("case.narrow")}>
          <Input allowClear prefix={<SearchOutlined />} placeholder={t("case.narrow.text")} aria-label={t("case.narrow.text")} maxLength={200} value={typed} onChange={(event) => setTyped(event.target.value)} />
          <Select allowClear popupMatchSelectWidth={false} placeholder={t("case.narrow.link")} aria-label={t("case.narrow.link")} value={link || undefined} options={(shop?.links ?? []).map((one) => ({ value: one, label: maybe(`case.link.${one}`, one) }))} onChange={(value?: string) => narrow({ link: value })} />
          <Select allowClear popupMatchSelectWidth={false} placeholder={t("case.narrow.status")} aria-label={t("case.narrow.status")} value={status || undefined} options={STATUSES.map((one) => ({ value: one, label: maybe(`ui.status.${one}`, one) }))} onChange={(value?: string) => narrow({ status: value })} />
        </div>
      </PageHead>
      {error ? <ErrorNote error={error} again={() => void refetch()} /> : null}
      <Panel flush label={t("case.list")}>
        {isPending ? <div className={styles.foot}><Skeleton active paragraph={{ rows: 10 }} /></div> : null}
        {!isPending && rows.length === 0 ? <Empty title={t("case.empty")}>{t("case.empty.about")}</Empty> : null}
        <div className={styles.list}>
          {rows.map((row) => <OneCase key={row.case_id} row={row} />)}
        </div>
        {hasNextPage ? (
          <div className={styles.foot}>
            <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("case.list.more")}</Button>
          </div>
        ) : null}
      </Panel>
    </>
  );
}

function OneCase({ row }: { row: CaseLine }): ReactNode {
  const { t, say, maybe } = useWords();
  const format = useFormat();
  return (
    <Link to="/case/$id" params={{ id: row.case_id }} className={styles.item}>
      <span className={styles.itemTitle}>{say(row.title)}</span>
      <span className={styles.tags}>
        {Object.entries(row.statuses).map(([status, count]) => (
          <span key={status}>
            <StatusTag status={status} />
            {count > 1 ? ` ×${count}` : ""}
          </span>
        ))}
      </span>
      <span className={styles.right}>{row.at_risk.filter((money) => money.amount).map((money) => format.money(money)).join(" + ")}</span>
      <span className={`${styles.right} ${styles.quiet}`}><When at={row.latest} /></span>
      <span className={styles.quiet}>
        {row.links.map((link) => maybe(`case.link.${link}`, link)).join(" · ")} · {t("case.list.entries", { count: row.entries })}
      </span>
    </Link>
  );
}
