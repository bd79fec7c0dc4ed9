// The last word: going live, going back to a version, giving a draft up; each says first what will change.
import { Alert } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { Modal } from "antd";
import type { Format } from "@/format/index.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { ReasonDialog } from "@/ui/ReasonDialog.tsx";
import { useWords } from "@/words/index.ts";
import { type Detail, rules, type Version, type WhatIf } from "./api.ts";
import { Differences } from "./Differences.tsx";
import styles from "./Editor.module.css";
import type { Speaker } from "./speaking.ts";
import type { DraftState } from "./useDraft.ts";
import { Between } from "./Versions.tsx";

export type Asking = { readonly do: "live" } | { readonly do: "discard" } | { readonly do: "back"; readonly version: Version };

export interface GoLiveProps {
  readonly asking: Asking | null;
  readonly detail: Detail;
  readonly draft: DraftState;
  readonly speaker: Speaker;
  readonly job: WhatIf | undefined;
  readonly format: Format;
  readonly onCancel: () => void;
  readonly onDone: (said: string) => Promise<void>;
}

export function GoLive({ asking, detail, draft, speaker, job, format, onCancel, onDone }: GoLiveProps): ReactNode {
  const { t } = useWords();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => setProblem(null), [asking]);
  const { name, version } = detail.summary;
  const run = (work: () => Promise<unknown>, said: string) => {
    setBusy(true);
    work()
      .then(() => onDone(said))
      .catch(setProblem)
      .finally(() => setBusy(false));
  };
  const tested = job?.result && draft.check && job.version === draft.check.version ? job.result : null;
  const money = (amount: number) => format.money({ amount, currency: detail.currency });
  if (asking?.do === "discard")
    return (
      <Modal open title={t("rules.discard.sure")} okText={t("rules.discard")} okButtonProps={{ danger: true, loading: busy }} cancelText={t("ui.cancel")} onCancel={onCancel} onOk={() => run(() => (draft.saving === "none" ? Promise.resolve() : rules.discard(name)), t("rules.discard.done"))}>
        <p>{t("rules.discard.about")}</p>
        <ErrorNote error={problem} />
      </Modal>
    );
  return (
    <>
      <ReasonDialog
        open={asking?.do === "live"}
        title={t("rules.live.title")}
        action={t("rules.live.go")}
        busy={busy}
        problem={<ErrorNote error={problem} />}
        onCancel={onCancel}
        onDone={(note) => run(() => rules.live(name, draft.sheet, draft.basedOn, note), t("rules.live.done"))}
        about={
          <div className={styles.about}>
            {tested ? (
              <Alert type="info" showIcon title={t("rules.live.tried", { n: tested.changed, all: tested.decisions, before: money(tested.money_before), after: money(tested.money_after) })} />
            ) : (
              <Alert type="warning" showIcon title={t("rules.live.untried")} />
            )}
            <div className={styles.changes} tabIndex={0} role="group" aria-label={t("rules.diff")}>
              {draft.check ? <Differences diff={draft.check.diff} speaker={speaker} /> : null}
            </div>
          </div>
        }
      />
      <ReasonDialog
        open={asking?.do === "back"}
        title={asking?.do === "back" ? t(asking.version.shipped ? "rules.restore.title" : "rules.back.title", { version: asking.version.n ? `#${asking.version.n}` : asking.version.version.slice(0, 7) }) : ""}
        action={t("rules.back.go")}
        busy={busy}
        problem={<ErrorNote error={problem} />}
        onCancel={onCancel}
        onDone={(note) => asking?.do === "back" && run(() => rules.back(name, asking.version.version, version, note), t("rules.back.done"))}
        about={
          asking?.do === "back" ? (
            <div className={styles.about}>
              <p>{t("rules.back.about")}</p>
              <div className={styles.changes} tabIndex={0} role="group" aria-label={t("rules.diff")}>
                <Between name={name} before={version} after={asking.version.version} speaker={speaker} />
              </div>
            </div>
          ) : null
        }
      />
    </>
  );
}
