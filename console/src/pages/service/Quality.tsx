// Quality: how content customers were, how soon they were answered and by whom, what people think of it, what the bot could not do.
import { Segmented } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { Link } from "@tanstack/react-router";
import { useFormat } from "@/format/useFormat.ts";
import { Chart } from "@/ui/Chart.tsx";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Figure } from "@/ui/Figure.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { SqlPeek } from "@/ui/SqlPeek.tsx";
import { useWords } from "@/words/index.ts";
import { byDay, mean, roundTime, type Series, share, SPANS, total, useFigures, useUnanswered } from "./figures.ts";
import styles from "./Quality.module.css";
import { Review } from "./Review.tsx";
import { Tabs } from "./Tabs.tsx";

const HIGH = 172;

export default function Quality(): ReactNode {
  const { t, say, maybe } = useWords();
  const format = useFormat();
  const [span, setSpan] = useState<number>(14);
  const figures = useFigures(span);
  const unanswered = useUnanswered(span);
  const data = figures.data;
  const all = data?.days ?? [];
  const sql = data?.sql;
  const names = useMemo(() => all.map((day) => format.date(`${day.day}T12:00:00Z`)), [all, format]);
  const seconds = (value: number) => (value === 0 ? "0" : format.duration(value * 1000));
  const percent = (value: number) => format.percent(value, 0);
  const rates = (part: (day: (typeof all)[number]) => number, whole: (day: (typeof all)[number]) => number) => all.map((day) => share(part(day), whole(day)));
  const known = <T,>(value: T | null, show: (value: T) => string) => (data ? (value == null ? "–" : show(value)) : figures.error ? "–" : undefined);
  const first = [{ name: t("service.quality.median"), values: all.map((day) => day.first_s) }, { name: t("service.quality.p90"), values: all.map((day) => day.first_p90_s), dashed: true }];
  const solving = [{ name: t("service.quality.solving"), values: all.map((day) => day.solving_s) }];
  const plots: readonly { readonly key: string; readonly series: readonly Series[]; readonly show: (value: number) => string; readonly bars?: boolean; readonly top?: number }[] = [
    { key: "first", series: first, show: seconds, top: roundTime(first) },
    { key: "solving", series: solving, show: seconds, top: roundTime(solving) },
    { key: "who", series: [{ name: t("service.author.bot"), values: all.map((day) => day.answers - day.by_person) }, { name: t("service.quality.people"), values: all.map((day) => day.by_person) }], show: (value) => format.number(value), bars: true },
    { key: "kept", series: [{ name: t("service.quality.kept"), values: rates((day) => day.answers - day.late, (day) => day.answers) }], show: percent, top: 1 },
    { key: "handed", series: [{ name: t("service.quality.handed"), values: rates((day) => day.handed_over, (day) => day.opened) }], show: percent, top: 1 },
    { key: "stars", series: [{ name: t("service.quality.stars"), values: all.map((day) => day.stars) }], show: (value) => format.number(value, 1), top: 5 },
  ];
  const answers = total(all, "answers");
  return (
    <div className={styles.page}>
      <PageHead
        title={t("service.quality.title")}
        actions={
          <>
            <Segmented value={span} options={SPANS.map((value) => ({ value, label: t("service.quality.days", { days: value }) }))} onChange={setSpan} aria-label={t("service.quality.span")} />
            <Tabs />
          </>
        }
      />
      {figures.error ? <ErrorNote error={figures.error} again={() => void figures.refetch()} /> : null}
      <section className={styles.numbers} aria-label={t("service.quality.numbers")}>
        <Figure label={t("service.quality.stars")} value={known(mean(all, "stars", "rated"), (value) => format.number(value, 2))} unit="/ 5" time={t("service.quality.rated", { count: format.number(total(all, "rated")) })} sql={sql} />
        <Figure label={t("service.quality.first")} value={known(mean(all, "first_s", "answers"), seconds)} time={t("service.quality.answers", { count: format.number(answers) })} sql={sql} />
        <Figure label={t("service.quality.solving")} value={known(mean(all, "solving_s", "solved"), seconds)} time={t("service.quality.solved", { count: format.number(total(all, "solved")) })} sql={sql} />
        <Figure label={t("service.quality.handed")} value={known(share(total(all, "handed_over"), total(all, "opened")), (value) => format.percent(value))} time={t("service.quality.opened", { count: format.number(total(all, "opened")) })} sql={sql} />
        <Figure label={t("service.quality.kept")} value={known(share(answers - total(all, "late"), answers), (value) => format.percent(value))} time={t("service.quality.lates", { count: format.number(total(all, "late")) })} sql={sql} />
      </section>
      <div className={styles.plots}>
        {plots.map((plot) => (
          <Panel key={plot.key} title={t(`service.quality.plot.${plot.key}`)} actions={sql ? <SqlPeek sql={sql} about={t(`service.quality.plot.${plot.key}`)} /> : null}>
            <div style={{ minHeight: HIGH }}>
              {data ? (
                plot.series.some((one) => one.values.some((value) => value != null && value !== 0)) ? (
                  <Chart option={byDay(names, plot.series, plot.show, plot.bars, plot.top)} label={`${t(`service.quality.plot.${plot.key}`)}: ${plot.series.map((one) => one.name).join(", ")}`} height={HIGH} />
                ) : (
                  <p className={styles.none}>{t("service.quality.nothing")}</p>
                )
              ) : null}
            </div>
          </Panel>
        ))}
      </div>
      <div className={styles.grid}>
        <Review />
        <Panel title={t("service.unanswered")} note={t("service.unanswered.note")} actions={unanswered.data ? <SqlPeek sql={unanswered.data.sql} about={t("service.unanswered")} /> : null} flush>
          <ErrorNote error={unanswered.error} again={() => void unanswered.refetch()} />
          {unanswered.data?.items.length === 0 ? <Empty title={t("service.unanswered.none")}>{t("service.unanswered.none.about")}</Empty> : null}
          <ul className={styles.reasons}>
            {unanswered.data?.items.map((one) => (
              <li key={one.intent} className={styles.reason}>
                <b className={styles.times}>{t("service.unanswered.times", { count: one.handed_over, all: one.asked })}</b>
                <span className={styles.words}>
                  <span>{maybe(`service.intent.${one.intent}`, one.intent || t("service.intent.other"))}</span>
                  {one.example ? <Link to="/service/{-$conversation}" params={{ conversation: one.conversation_id }} className={styles.example}>{one.example}</Link> : null}
                  {one.why ? <small className={styles.small}>{say(one.why)}</small> : null}
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </div>
  );
}
