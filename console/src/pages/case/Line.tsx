// One line of the story: when, who, what, and the raw form one click away.
import { CaretRightOutlined, CodeOutlined } from "@ant-design/icons";
import { type ReactNode, useState } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { Money } from "@/ui/Money.tsx";
import { ThingLink } from "@/ui/ThingLink.tsx";
import { Tone, type ToneName } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { type Step, useLine } from "./data.ts";
import type { Group } from "./group.ts";
import type { Lanes } from "./lanes.ts";
import styles from "./Line.module.css";

const TONES: Readonly<Record<string, ToneName>> = { good: "good", bad: "bad", wait: "accent", plain: "plain" };
const GAP_MS = 60_000;

export function Line({ group, lanes, before }: { group: Group; lanes: Lanes; before: Group | undefined }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const later = group.gapMs >= GAP_MS;
  const first = before === undefined;
  return (
    <div className={styles.line} data-kind={group.step?.kind ?? "quiet"}>
      {later ? <p className={styles.gap}>{t("case.later", { time: format.duration(group.gapMs) })}</p> : null}
      <div className={styles.row}>
        <span className={styles.when}>{first || later || group.gapMs > 0 ? <When at={group.at} style={later || first ? "when" : "seconds"} /> : null}</span>
        <span className={styles.rail} style={{ color: lanes.colour(group.lane) }} aria-hidden="true">
          <span className={group.step ? styles.dot : styles.small} />
        </span>
        <div className={styles.what}>
          {before?.lane === group.lane && !later ? null : (
            <span className={styles.lane}>{lanes.name(group.lane)}</span>
          )}
          {group.step ? (
            <Told step={group.step} />
          ) : (
            <>
              <button type="button" className={styles.more} aria-expanded={open} onClick={() => setOpen(!open)}>
                <CaretRightOutlined rotate={open ? 90 : 0} />
                {t(group.quiet[0]?.kind === "asked" ? "case.quiet.asked" : "case.quiet.facts", { count: group.quiet.length })}
              </button>
              {open ? (
                <ul className={styles.quiet}>
                  {group.quiet.map((step, n) => <li key={`${step.offset} ${n}`}><Told step={step} /></li>)}
                </ul>
              ) : null}
            </>
          )}
        </div>
      </div>
    </div>
  );
}

function Told({ step }: { step: Step }): ReactNode {
  const { t, say } = useWords();
  const [raw, setRaw] = useState(false);
  return (
    <div className={styles.told}>
      <p className={step.kind === "fact" || step.kind === "count" || step.kind === "asked" ? styles.soft : ""}>
        {step.tone !== "plain" || step.kind === "learned" ? <><Tone tone={step.kind === "learned" ? "info" : TONES[step.tone ?? "plain"]}>{t(`case.kind.${step.kind}`)}</Tone> </> : null}
        {say(step.text)}
        {step.note ? <span className={styles.note}> · {step.note}</span> : null}
      </p>
      <span className={styles.side}>
        {step.at_risk && step.at_risk.amount ? <Money value={step.at_risk} /> : null}
        {step.decision_id && step.kind !== "asked" ? <ThingLink kind="decision" id={step.decision_id}>{t("case.why")}</ThingLink> : null}
        {step.offset ? (
          <button type="button" className={styles.raw} aria-expanded={raw} aria-label={t("case.raw")} title={t("case.raw")} onClick={() => setRaw(!raw)}>
            <CodeOutlined />
          </button>
        ) : null}
      </span>
      {raw ? <Raw offset={step.offset ?? 0} /> : null}
    </div>
  );
}

function Raw({ offset }: { offset: number }): ReactNode {
  const { data } = useLine(offset, true);
  return <pre className={styles.json} tabIndex={0}>{data === undefined ? "…" : JSON.stringify(data, null, 2)}</pre>;
}
