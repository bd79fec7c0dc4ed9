// What would have happened otherwise: the alternatives, what would have changed the verdict, and deciding again today.
import { Button, Skeleton } from "antd";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { post } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { Alternatives } from "./Alternatives.tsx";
import { type Flip, type Otherwise, type Reexecution, useOtherwise } from "./data.ts";
import { Verdict } from "./GateBars.tsx";
import styles from "./Parts.module.css";

const FIRST = 8;

export function OtherwisePart({ id }: { id: string }): ReactNode {
  const { say } = useWords();
  const { data, error, refetch } = useOtherwise(id);
  if (error) return <ErrorNote error={error} again={() => void refetch()} />;
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 4 }} />;
  return (
    <>
      {data.branches.length ? <Alternatives branches={data.branches} unit={data.score_unit} /> : null}
      {data.silent.map((text) => (
        <p key={text.en} className={styles.quiet}>{say(text)}</p>
      ))}
      <Flips otherwise={data} />
      <Again id={id} />
    </>
  );
}

function Flips({ otherwise }: { otherwise: Otherwise }): ReactNode {
  const { t } = useWords();
  const { flips, verdict, ruled_again, stopped_early } = otherwise;
  return (
    <div className={styles.flips}>
      <p className={styles.heads}>{t(`decisions.flips.${verdict}`)}</p>
      {flips.length === 0 ? <p className={styles.quiet}>{t("decisions.flips.none")}</p> : null}
      {flips.slice(0, FIRST).map((flip) => <OneFlip key={`${flip.by} ${flip.what} ${flip.row} ${String(flip.after)}`} flip={flip} />)}
      {flips.length > FIRST ? (
        <details>
          <summary className={styles.quiet}>{t("decisions.flips.more", { count: flips.length - FIRST })}</summary>
          <div className={styles.flips}>
            {flips.slice(FIRST).map((flip) => <OneFlip key={`${flip.by} ${flip.what} ${flip.row} ${String(flip.after)}`} flip={flip} />)}
          </div>
        </details>
      ) : null}
      {stopped_early ? <p className={styles.quiet}>{t("decisions.flips.early")}</p> : null}
      {ruled_again !== verdict ? (
        <p>
          <Tone tone="warn">{t("decisions.flips.policy")}</Tone> <Verdict word={ruled_again} />
        </p>
      ) : null}
    </div>
  );
}

function OneFlip({ flip }: { flip: Flip }): ReactNode {
  const { say, t } = useWords();
  return (
    <div className={styles.flip}>
      {flip.verdict ? <Verdict word={flip.verdict} /> : <Tone>{t("decisions.word.none")}</Tone>}
      <span>{say(flip.text)}</span>
    </div>
  );
}

function Again({ id }: { id: string }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const again = useMutation({ mutationFn: () => post<Reexecution>(`/decisions/${encodeURIComponent(id)}/reexecute`) });
  return (
    <div className={styles.row}>
      <Button size="small" loading={again.isPending} onClick={() => again.mutate()}>
        {t("decisions.again")}
      </Button>
      {again.data ? (
        again.data.same ? (
          <Tone tone="good">{t("decisions.again.same")}</Tone>
        ) : (
          <span>
            <Tone tone="warn">{t("decisions.again.other")}</Tone> {(again.data.different ?? []).join(format.lang === "zh" ? "、" : ", ")}
          </span>
        )
      ) : (
        <span className={styles.quiet}>{t("decisions.again.about")}</span>
      )}
      {again.error ? <ErrorNote error={again.error} /> : null}
    </div>
  );
}
