// The editor of one table: the way of the draft, the grid, what is wrong, and below it trying, tests and the past.
import { Segmented, Tabs } from "antd";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Panel } from "@/ui/Panel.tsx";
import { toast } from "@/ui/toast.tsx";
import { useKeys } from "@/ui/useKeys.ts";
import { useWords } from "@/words/index.ts";
import type { Detail, Problem, Trial, Values, Version } from "./api.ts";
import { Banner } from "./Banner.tsx";
import { columnsOf, marksOf, setTests } from "./editing.ts";
import styles from "./Editor.module.css";
import { EditorHead } from "./EditorHead.tsx";
import { Findings } from "./Findings.tsx";
import { GoLive, type Asking } from "./GoLive.tsx";
import { Grid, type GridHandle, type Pick } from "./Grid.tsx";
import { GridBar } from "./GridBar.tsx";
import { InWords } from "./InWords.tsx";
import { useSpeaker } from "./speaking.ts";
import { Steps } from "./Steps.tsx";
import { useSteps } from "./useSteps.ts";
import { Tests } from "./Tests.tsx";
import { startingValues, TryIt } from "./TryIt.tsx";
import { useDraft } from "./useDraft.ts";
import { Versions } from "./Versions.tsx";
import { useWhatIf, WhatIf } from "./WhatIf.tsx";

type Tab = "try" | "tests" | "whatif";

export function Editor({ detail, reload }: { detail: Detail; reload: () => Promise<Detail> }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const { may } = useSession();
  const { summary } = detail;
  const readOnly = !may("rules");
  const draft = useDraft(detail, !readOnly);
  const { sheet, check } = draft;
  const all = useMemo(() => [...detail.asks, ...detail.answers], [detail.asks, detail.answers]);
  const fields = useMemo(() => new Map(all.map((field) => [field.name, field])), [all]);
  const speaker = useSpeaker(all, detail.currency);
  const marks = useMemo(() => marksOf(draft.before, sheet), [draft.before, sheet]);
  const { job } = useWhatIf(summary.name);
  const [pick, setPick] = useState<Pick>({ row: 0, column: 0, toRow: 0, toColumn: 0 });
  const [tab, setTab] = useState<Tab>("try");
  const [view, setView] = useState<"grid" | "words">("grid");
  const [side, setSide] = useState<"checks" | "versions">("checks");
  const [given, setGiven] = useState<Values>(() => startingValues(detail.asks, detail.sheet.tests[0]?.given));
  const [trial, setTrial] = useState<Trial | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const grid = useRef<GridHandle>(null);
  const lower = useRef<HTMLDivElement>(null);

  const problems = useMemo(() => new Map((check?.problems ?? []).filter((one) => one.row && one.side).map((one): [string, Problem] => [`${one.row}|${one.side}|${one.column}`, one])), [check]);
  const found = useMemo(() => {
    const rows = new Map<string, "bad" | "warn">();
    for (const finding of check?.findings ?? []) if (finding.kind === "unreachable") for (const row of finding.rows) rows.set(row, "warn");
    for (const problem of check?.problems ?? []) if (problem.row && problem.test < 0) rows.set(problem.row, "bad");
    return rows;
  }, [check]);
  const hits = useMemo(() => new Map(summary.rows.map((row, n) => [row, summary.fired[n] ?? 0])), [summary]);
  const tried = useMemo(() => {
    const rows = new Map<string, "fired" | "near">();
    if (tab !== "try" || !trial) return rows;
    for (const one of trial.rows) {
      if (one.row === trial.fired) break; // rows below the one that fires are not near: they are never asked
      if (one.missed.length === 1) rows.set(one.row, "near");
    }
    if (trial.fired) rows.set(trial.fired, "fired");
    return rows;
  }, [trial, tab]);

  const open = (which: Tab) => {
    setTab(which);
    lower.current?.scrollIntoView({ block: "nearest" });
  };
  const toRow = useCallback(
    (id: string, where?: string, field?: string) => {
      const row = sheet.rows.findIndex((one) => one.id === id);
      const column = where ? columnsOf(sheet).findIndex((one) => one.side === where && (one.field === field || where === "note")) : 0;
      if (row < 0) return;
      setView("grid");
      setPick({ row, column: Math.max(0, column), toRow: row, toColumn: Math.max(0, column) });
      grid.current?.focus();
    },
    [sheet],
  );
  const tryOn = (values: Values) => {
    setGiven({ ...given, ...values });
    open("try");
  };
  const began = async (text: string) => {
    setAsking(null);
    const fresh = await reload();
    draft.restart(fresh.sheet, fresh.sheet, fresh.summary.version);
    toast({ text, tone: "good" });
  };
  const steps = useSteps({ draft, marks, job, open, onLive: () => setAsking({ do: "live" }), onChecks: () => setSide("checks"), readOnly });
  useKeys({ "mod+Enter": () => steps.ready && !asking && setAsking({ do: "live" }) });
  const rowsHigh = 62 + sheet.rows.length * 46;
  return (
    <>
      <EditorHead detail={detail} draft={draft} readOnly={readOnly} canLive={steps.ready} onLive={() => setAsking({ do: "live" })} onDiscard={() => setAsking({ do: "discard" })} />
      <Banner detail={detail} draft={draft} speaker={speaker} reload={reload} />
      <Steps steps={steps.steps} />
      <div className={styles.main}>
        <Panel
          className={styles.gridPanel}
          flush
          label={t("rules.table")}
          title={<Segmented size="small" value={view} onChange={setView} options={(["grid", "words"] as const).map((value) => ({ value, label: t(`rules.view.${value}`) }))} aria-label={t("rules.view")} />}
          actions={<GridBar draft={draft} detail={detail} pick={pick} speaker={speaker} readOnly={readOnly} onPick={setPick} onFocus={() => grid.current?.focus()} />}
        >
          {view === "grid" ? (
            <>
              <Grid
                ref={grid}
                sheet={sheet}
                fields={fields}
                speaker={speaker}
                marks={marks}
                problems={problems}
                found={found}
                hits={hits}
                tried={tried}
                readOnly={readOnly}
                height={Math.min(rowsHigh, 574)}
                pick={pick}
                onPick={setPick}
                onEdit={draft.edit}
                onUndo={draft.undo}
                onRedo={draft.redo}
              />
              <div className={styles.sentence} aria-live="polite">
                <b>{t("rules.row.of", { n: pick.toRow + 1 })}</b>{" "}
                {sheet.rows[pick.toRow] ? speaker.row(sheet, sheet.rows[pick.toRow]!) : ""}
              </div>
            </>
          ) : (
            <InWords sheet={sheet} speaker={speaker} marks={marks} hits={hits} onRow={toRow} />
          )}
        </Panel>
        <Panel
          className={styles.side}
          title={<Segmented size="small" value={side} onChange={setSide} options={(["checks", "versions"] as const).map((value) => ({ value, label: t(`rules.side.${value}`) }))} aria-label={t("rules.side")} />}
          label={t("rules.side")}
        >
          <div className={styles.scroll} tabIndex={0} role="group" aria-label={t(`rules.side.${side}`)}>
            {side === "checks" ? (
              <Findings check={check} sheet={sheet} speaker={speaker} onRow={toRow} onTry={tryOn} onTest={() => open("tests")} />
            ) : (
              <Versions name={summary.name} live={summary.version} speaker={speaker} readOnly={readOnly} onBack={(version: Version) => setAsking({ do: "back", version })} />
            )}
          </div>
        </Panel>
      </div>
      <div ref={lower}>
        <Panel>
          <Tabs
            activeKey={tab}
            onChange={(key) => setTab(key as Tab)}
            destroyOnHidden
            items={[
              {
                key: "try",
                label: t("rules.try"),
                children: (
                  <TryIt
                    name={summary.name}
                    sheet={sheet}
                    asks={detail.asks}
                    speaker={speaker}
                    given={given}
                    readOnly={readOnly}
                    readable={!draft.checking && Boolean(check?.version)}
                    onGiven={setGiven}
                    onTrial={setTrial}
                    onRow={toRow}
                    onAddTest={(asked, then) => {
                      draft.edit((now) => setTests(now, [...now.tests, { name: t("rules.test.new", { n: now.tests.length + 1, given: speaker.given(asked) }).slice(0, 180), given: { ...asked }, then: { ...then } }]));
                      setTab("tests");
                    }}
                  />
                ),
              },
              {
                key: "tests",
                label: t("rules.tests.of", { n: sheet.tests.length, passed: check?.tests.filter((one) => one.passed).length ?? "…" }),
                children: <Tests sheet={sheet} check={check} checking={draft.checking} speaker={speaker} readOnly={readOnly} onTests={(tests) => draft.edit((now) => setTests(now, tests))} onRow={toRow} onTry={tryOn} />,
              },
              {
                key: "whatif",
                label: t("rules.whatif"),
                children: <WhatIf name={summary.name} sheet={sheet} version={check?.version ?? ""} ready={Boolean(check?.ready) && !draft.checking} checking={draft.checking} currency={detail.currency} speaker={speaker} readOnly={readOnly} />,
              },
            ]}
          />
        </Panel>
      </div>
      <GoLive asking={asking} detail={detail} draft={draft} speaker={speaker} job={job} format={format} onCancel={() => setAsking(null)} onDone={began} />
    </>
  );
}
