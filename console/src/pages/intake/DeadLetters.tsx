// Dead letters: what could not be heard or done, in words; tried again or dropped, one by one or many, by keyboard.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Segmented, Skeleton } from "antd";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { get, post } from "@/api/client.ts";
import type { components } from "@/api/schema.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Keys } from "@/ui/Keys.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { ReasonDialog } from "@/ui/ReasonDialog.tsx";
import { toast } from "@/ui/toast.tsx";
import { useKeys } from "@/ui/useKeys.ts";
import { useWords } from "@/words/index.ts";
import styles from "./DeadLetters.module.css";
import { LetterCard } from "./LetterCard.tsx";

type Page = components["schemas"]["LetterPage"];
type Outcome = components["schemas"]["LetterOutcome"];
const STATES = ["waiting", "retried", "dropped", "all"] as const;

export default function DeadLetters(): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const client = useQueryClient();
  const [state, setState] = useState<(typeof STATES)[number]>("waiting");
  const [consumer, setConsumer] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState("");
  const [dropping, setDropping] = useState(false);
  const page = useQuery({ queryKey: ["intake", "letters", state, consumer], queryFn: () => get<Page>("/letters", { status: state, consumer }), refetchInterval: 5000 });
  const letters = useMemo(() => page.data?.letters ?? [], [page.data]);
  const now = letters[Math.min(at, letters.length - 1)];
  const targets = chosen.size ? letters.filter((one) => chosen.has(one.id)) : now ? [now] : [];
  const waiting = targets.filter((one) => one.status === "waiting").map((one) => one.id);
  const ended = (outcomes: readonly Outcome[], done: string) => {
    const failed = outcomes.find((one) => !one.done);
    toast(failed ? { tone: "bad", text: say(failed.problem) } : { tone: "good", text: done });
    setChosen(new Set());
    setDropping(false);
    void client.invalidateQueries({ queryKey: ["intake", "letters"] });
  };
  const retry = useMutation({ mutationFn: (ids: readonly string[]) => post<Outcome[]>("/letters/retry", { ids }), onSuccess: (told) => ended(told, t("intake.letters.retried", { count: told.length })) });
  const drop = useMutation({ mutationFn: (note: string) => post<Outcome[]>("/letters/drop", { ids: waiting, note }), onSuccess: (told) => ended(told, t("intake.letters.dropped", { count: told.length })) });
  const step = (by: number) => setAt((before) => Math.max(0, Math.min(letters.length - 1, Math.min(before, letters.length - 1) + by)));
  const toggle = (id: string) =>
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  useKeys({
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    x: () => now && toggle(now.id),
    Enter: () => now && setOpen((before) => (before === now.id ? "" : now.id)),
    t: () => waiting.length > 0 && retry.mutate(waiting),
    d: () => waiting.length > 0 && setDropping(true),
  });
  useEffect(() => {
    if (now) document.getElementById(`letter-${now.id}`)?.scrollIntoView({ block: "nearest" });
  }, [now]);
  const consumers = Object.entries(page.data?.by_consumer ?? {});
  return (
    <>
      <PageHead title={t("intake.letters.title")} about={t("intake.letters.about")}>
        <div className={styles.bar}>
          <Segmented aria-label={t("intake.letters.status")} value={state} options={STATES.map((one) => ({ value: one, label: one === "waiting" && page.data ? t("intake.letters.waiting", { count: format.number(page.data.waiting) }) : t(`intake.letters.${one}.short`) }))} onChange={setState} />
          {consumers.length > 1 ? (
            <Segmented aria-label={t("intake.letters.consumer")} value={consumer} options={[{ value: "", label: t("intake.letters.everyone") }, ...consumers.map(([name, count]) => ({ value: name, label: `${name} ${format.number(count)}` }))]} onChange={setConsumer} />
          ) : null}
          <span className={styles.actions}>
            <Checkbox disabled={letters.length === 0} checked={letters.length > 0 && chosen.size === letters.length} indeterminate={chosen.size > 0 && chosen.size < letters.length} onChange={(event) => setChosen(new Set(event.target.checked ? letters.map((one) => one.id) : []))}>
              {chosen.size ? t("intake.letters.chosen", { count: chosen.size }) : t("intake.letters.all_of_them")}
            </Checkbox>
            <Button disabled={waiting.length === 0} loading={retry.isPending} onClick={() => retry.mutate(waiting)}>
              {t("intake.letters.retry")} <Keys keys="T" />
            </Button>
            <Button danger disabled={waiting.length === 0} onClick={() => setDropping(true)}>
              {t("intake.letters.drop")} <Keys keys="D" />
            </Button>
          </span>
        </div>
      </PageHead>
      {page.error ? <ErrorNote error={page.error} again={() => void page.refetch()} /> : null}
      {retry.error ? <ErrorNote error={retry.error} /> : null}
      {page.isPending ? (
        <Panel>
          <Skeleton active paragraph={{ rows: 6 }} />
        </Panel>
      ) : null}
      {page.data && letters.length === 0 ? (
        <Panel>
          <Empty title={state === "waiting" ? t("intake.letters.empty") : t("intake.letters.none")}>{t("intake.letters.empty.about")}</Empty>
        </Panel>
      ) : null}
      <ul className={styles.list} aria-label={t("intake.letters.title")}>
        {letters.map((one, n) => (
          <LetterCard
            key={one.id}
            letter={one}
            active={one.id === now?.id}
            open={open === one.id}
            chosen={chosen.has(one.id)}
            onActive={() => setAt(n)}
            onOpen={() => setOpen(open === one.id ? "" : one.id)}
            onChoose={() => toggle(one.id)}
          />
        ))}
      </ul>
      <ReasonDialog
        open={dropping}
        title={t("intake.letters.drop.title", { count: waiting.length })}
        about={<p>{t("intake.letters.drop.about")}</p>}
        usual={[t("intake.letters.usual.late"), t("intake.letters.usual.hand")]}
        action={t("intake.letters.drop")}
        danger
        busy={drop.isPending}
        problem={drop.error ? <ErrorNote error={drop.error} /> : null}
        onDone={(note) => drop.mutate(note)}
        onCancel={() => setDropping(false)}
      />
    </>
  );
}
