// The head of a table: what it answers, for whom, which version is live since when and by whom, and what can be done.
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import { PageHead } from "@/ui/PageHead.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import type { Detail } from "./api.ts";
import styles from "./Editor.module.css";
import type { DraftState } from "./useDraft.ts";

export interface EditorHeadProps {
  readonly detail: Detail;
  readonly draft: DraftState;
  readonly readOnly: boolean;
  readonly canLive: boolean;
  readonly onLive: () => void;
  readonly onDiscard: () => void;
}

export function EditorHead({ detail, draft, readOnly, canLive, onLive, onDiscard }: EditorHeadProps): ReactNode {
  const { t, say, maybe } = useWords();
  const { summary } = detail;
  return (
    <PageHead
      title={say(summary.title)}
      about={maybe(`rules.asked.${summary.question}`, summary.asked)}
      actions={
        readOnly ? (
          <Tone>{t("rules.readonly")}</Tone>
        ) : (
          <>
            <Button disabled={!draft.dirty && draft.saving !== "conflict"} onClick={onDiscard}>
              {t("rules.discard")}
            </Button>
            <Button type="primary" disabled={!canLive} onClick={onLive}>
              {t("rules.live.go")}
            </Button>
          </>
        )
      }
    >
      <p className={styles.facts}>
        <Link to="/rules">← {t("rules.all")}</Link>
        <span>
          {t("rules.used.by")}: <b>{say(summary.link_title)}</b>
        </span>
        <span>
          {t("rules.version.live.now")} <code>{summary.version.slice(0, 7)}</code>{" "}
          {summary.since ? (
            <>
              · <When at={summary.since} /> · {summary.by}
            </>
          ) : (
            `· ${t("rules.live.always")}`
          )}
        </span>
      </p>
    </PageHead>
  );
}
