// The desk: list and decision side by side (on a phone: cards), every deed by key, button or in bulk.
import { Button, Drawer } from "antd";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { ReasonDialog } from "@/ui/ReasonDialog.tsx";
import { useKeys } from "@/ui/useKeys.ts";
import { useWords } from "@/words/index.ts";
import { AdjustDialog } from "./AdjustDialog.tsx";
import { BulkBar } from "./BulkBar.tsx";
import { BulkDialog } from "./BulkDialog.tsx";
import { type BulkResult, type Counts, type Dossier, type Item, type Narrowing, useDecided, useDossier } from "./data.ts";
import styles from "./Decisions.module.css";
import { Detail } from "./Detail.tsx";
import { HelpDialog } from "./HelpDialog.tsx";
import { InboxList } from "./InboxList.tsx";
import { Narrow } from "./Narrow.tsx";
import { PhoneCards } from "./PhoneCards.tsx";
import { useReasons } from "./reasons.ts";
import { TwiceButton } from "./TwiceButton.tsx";
import { type Deed, useDeeds } from "./useDeeds.ts";
import { useInbox } from "./useInbox.ts";
import { useMarks } from "./useMarks.ts";

export interface DeskProps {
  readonly decided: boolean;
  readonly narrowing: Narrowing;
  readonly counts: Counts | undefined;
  readonly chosen: string;
  readonly phone: boolean;
  readonly onChange: (parts: Narrowing) => void;
  readonly onChoose: (id: string) => void;
}

const NONE: ReadonlyMap<string, string> = new Map();

export function Desk({ decided, narrowing, counts, chosen, phone, onChange, onChoose }: DeskProps): ReactNode {
  const { t, say } = useWords();
  const reasons = useReasons();
  const inbox = useInbox(narrowing, !decided);
  const history = useDecided(narrowing, decided);
  const rows = useMemo<readonly Item[]>(
    () => (decided ? (history.data?.pages ?? []).flatMap((page) => page.items) : inbox.rows),
    [decided, history.data, inbox.rows],
  );
  const marks = useMarks(rows);
  const right = useRef<HTMLDivElement>(null);
  const [help, setHelp] = useState(false);
  const [asking, setAsking] = useState<{ readonly deed: "refuse" | "undo"; readonly item: Item } | null>(null);
  const [adjusting, setAdjusting] = useState<string>("");
  const [bulk, setBulk] = useState<{ readonly deed: "approve" | "refuse"; readonly items: readonly Item[] } | null>(null);
  const [marking, setMarking] = useState(false);

  // The first is chosen when nothing is; on a phone a card opens only when it is touched.
  const first = rows[0]?.id ?? "";
  useEffect(() => {
    if (!phone && !chosen && first) onChoose(first);
  }, [phone, chosen, first, onChoose]);

  const move = useCallback(
    (by: number) => {
      const at = rows.findIndex((item) => item.id === chosen);
      const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
      if (next) onChoose(next.id);
      right.current?.scrollTo({ top: 0 });
    },
    [rows, chosen, onChoose],
  );
  const onGone = useCallback(
    (id: string, status: string) => {
      inbox.gone(id, status);
      marks.drop([id]);
      if (id !== chosen || decided) return;
      const at = rows.findIndex((item) => item.id === id);
      const left = rows.filter((item) => item.id !== id && !inbox.leaving.has(item.id));
      onChoose((left.find((item) => rows.indexOf(item) > at) ?? left[left.length - 1])?.id ?? "");
      right.current?.scrollTo({ top: 0 });
    },
    [inbox, marks, rows, chosen, decided, onChoose],
  );
  const deeds = useDeeds(onGone);
  const dossier = useDossier(adjusting || chosen).data;
  const item = rows.find((one) => one.id === chosen) ?? (dossier?.item.id === chosen ? dossier.item : undefined);
  const start = useCallback(
    (deed: Deed, what: Item) => {
      if (deeds.busy.has(what.id)) return;
      if (deed === "approve" && what.status === "held") void deeds.act("approve", what, { note: "" });
      if (deed === "adjust" && what.status === "held") setAdjusting(what.id);
      if (deed === "refuse" && what.status === "held") setAsking({ deed, item: what });
      if (deed === "undo" && what.undoable) setAsking({ deed, item: what });
    },
    [deeds],
  );
  const does = (deed: Deed) => () => {
    const current = dossier?.item.id === chosen ? dossier.item : item;
    if (marks.items.length && (deed === "approve" || deed === "refuse")) setBulk({ deed, items: marks.items });
    else if (current) start(deed, current);
  };
  useKeys(
    {
      j: () => move(1),
      k: () => move(-1),
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: () => right.current?.focus(),
      a: does("approve"),
      e: does("adjust"),
      r: does("refuse"),
      u: does("undo"),
      x: () => !decided && chosen && marks.toggle(chosen, false),
      "shift+x": () => !decided && chosen && marks.toggle(chosen, true),
      n: () => inbox.fresh && inbox.showFresh(),
      Escape: () => (marks.items.length ? marks.clear() : right.current?.blur()),
      "?": () => setHelp(true),
    },
    !phone,
  );

  const answered = (result: BulkResult) => {
    const done = result.answers.filter((answer) => answer.done);
    for (const answer of done) inbox.gone(answer.id, answer.status ?? "");
    marks.drop(done.map((answer) => answer.id));
    inbox.again();
  };
  const error = decided ? history.error : inbox.error;
  const empty = (
    <Empty title={t(narrowed(narrowing) ? "decisions.empty.narrowed" : decided ? "decisions.empty.decided" : "decisions.empty")}>
      {t(narrowed(narrowing) ? "decisions.empty.narrowed.about" : decided ? "decisions.empty.decided.about" : "decisions.empty.about")}
    </Empty>
  );
  const label = t(decided ? "decisions.tab.decided" : "decisions.title");
  const detail = chosen ? (
    <Detail id={chosen} busy={deeds.busy.get(chosen)} problem={deeds.problems.get(chosen)} onDeed={(deed, what) => start(deed, what)} />
  ) : null;
  const busy = asking ? deeds.busy.has(asking.item.id) : false;
  return (
    <>
      {phone ? (
        <div className={styles.phone}>
          <div className={styles.tools}>
            <Button onClick={() => { setMarking(!marking); marks.clear(); }}>{t(marking ? "decisions.marking.end" : "decisions.marking")}</Button>
            {marking ? <Button onClick={() => marks.all()}>{t("decisions.marking.all")}</Button> : null}
          </div>
          {error ? <ErrorNote error={error} again={inbox.again} /> : null}
          <PhoneCards
            label={label}
            rows={rows}
            marking={marking && !decided}
            marked={marks.marked}
            busy={deeds.busy}
            leaving={decided ? NONE : inbox.leaving}
            fresh={decided ? 0 : inbox.fresh}
            onFresh={inbox.showFresh}
            onOpen={onChoose}
            onMark={(id) => marks.toggle(id, false)}
            onDeed={start}
            empty={inbox.loading && !decided ? null : empty}
          />
          <BulkBar marked={marks.items} onBulk={(deed) => setBulk({ deed, items: marks.items })} onClear={marks.clear} />
          <Drawer open={Boolean(chosen)} placement="bottom" size="92%" title={t("decisions.one")} onClose={() => onChoose("")} styles={{ body: { padding: 0 }, footer: { padding: 0 } }} destroyOnHidden footer={item?.status === "held" ? <Thumbs item={item} onDeed={start} adjustable={(dossier?.fields.length ?? 0) > 0} busy={deeds.busy.has(item.id)} /> : null}>
            {detail}
          </Drawer>
        </div>
      ) : (
        <div className={styles.desk}>
          <div className={styles.left}>
            <Narrow counts={counts} narrowing={narrowing} decided={decided} onChange={onChange} />
            <BulkBar marked={marks.items} onBulk={(deed) => setBulk({ deed, items: marks.items })} onClear={marks.clear} />
            {error ? <div className={styles.error}><ErrorNote error={error} again={inbox.again} /></div> : null}
            <InboxList
              label={label}
              rows={rows}
              chosen={chosen}
              marked={marks.marked}
              markable={!decided}
              busy={deeds.busy}
              leaving={decided ? NONE : inbox.leaving}
              fresh={decided ? 0 : inbox.fresh}
              onFresh={inbox.showFresh}
              onChoose={onChoose}
              onMark={marks.toggle}
              onEnd={decided && history.hasNextPage && !history.isFetchingNextPage ? () => void history.fetchNextPage() : undefined}
              loading={decided ? history.isPending : inbox.loading}
              empty={empty}
            />
          </div>
          <div ref={right} className={styles.right} tabIndex={-1}>
            {detail ?? <div className={styles.nothing}><Empty title={t("decisions.choose")}>{t("decisions.choose.about")}</Empty></div>}
          </div>
        </div>
      )}
      <ReasonDialog
        open={asking !== null}
        title={asking ? t(`decisions.${asking.deed}.title`) : ""}
        about={asking ? say(asking.item.title) : null}
        usual={asking?.deed === "refuse" ? reasons : [t("decisions.reason.mistake"), t("decisions.reason.customer")]}
        action={asking ? t(`decisions.${asking.deed}`) : ""}
        danger
        busy={busy}
        problem={asking ? <ErrorNote error={deeds.problems.get(asking.item.id)} /> : null}
        onDone={(note) => asking && void deeds.act(asking.deed, asking.item, { note }).then((done) => done && setAsking(null))}
        onCancel={() => setAsking(null)}
      />
      <AdjustDialog
        dossier={adjusting && dossier?.item.id === adjusting ? (dossier as Dossier) : null}
        busy={deeds.busy.has(adjusting)}
        problem={deeds.problems.get(adjusting)}
        onDone={(changes, note) => {
          const what = dossier?.item;
          if (what) void deeds.act("adjust", what, { changes, note }).then((done) => done && setAdjusting(""));
        }}
        onCancel={() => setAdjusting("")}
      />
      <BulkDialog deed={bulk?.deed ?? null} items={bulk?.items ?? []} onAnswered={answered} onClose={() => setBulk(null)} />
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </>
  );
}

function Thumbs({ item, adjustable, busy, onDeed }: { item: Item; adjustable: boolean; busy: boolean; onDeed: (deed: Deed, item: Item) => void }): ReactNode {
  const { t } = useWords();
  return (
    <div className={styles.thumbs}>
      <Button danger disabled={busy} onClick={() => onDeed("refuse", item)}>{t("decisions.refuse")}</Button>
      {adjustable ? <Button disabled={busy} onClick={() => onDeed("adjust", item)}>{t("decisions.adjust")}</Button> : null}
      <TwiceButton disabled={busy} loading={busy} onDone={() => onDeed("approve", item)}>{t("decisions.approve")}</TwiceButton>
    </div>
  );
}

function narrowed(narrowing: Narrowing): boolean {
  return Boolean(narrowing.kind || narrowing.link || narrowing.about || narrowing.text || narrowing.since || narrowing.status);
}
