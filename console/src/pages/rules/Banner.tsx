// What a person must know before they go on: another version is live, another window saved, others keep drafts.
import { Alert, Button, Space } from "antd";
import { type ReactNode, useState } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { type Detail, rules } from "./api.ts";
import type { Speaker } from "./speaking.ts";
import type { DraftState } from "./useDraft.ts";
import { Between } from "./Versions.tsx";
import { useSession } from "@/app/session.ts";

export interface BannerProps {
  readonly detail: Detail;
  readonly draft: DraftState;
  readonly speaker: Speaker;
  readonly reload: () => Promise<Detail>;
}

export function Banner({ detail, draft, speaker, reload }: BannerProps): ReactNode {
  const { t } = useWords();
  const { name: me } = useSession();
  const [shown, setShown] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const { summary } = detail;
  const moved = draft.basedOn !== summary.version;
  const others = summary.drafts.filter((one) => one.by !== me);
  const bring = async () => {
    try {
      const [fresh, merged] = [await reload(), await rules.merge(summary.name, draft.sheet, draft.basedOn)];
      draft.restart(fresh.sheet, fresh.sheet, merged.based_on, fresh.mine?.revision ?? 0);
      draft.edit(() => merged.sheet);
      toast({ text: merged.clashes.length ? t("rules.merge.clashes", { n: merged.clashes.length, rows: [...new Set(merged.clashed_rows)].join(", ") }) : t("rules.merge.done") });
    } catch (error) {
      setProblem(error);
    }
  };
  const take = async () => {
    const fresh = await reload();
    if (fresh.mine) draft.restart(fresh.mine.sheet, fresh.mine.before, fresh.mine.based_on, fresh.mine.revision);
    else draft.restart(fresh.sheet, fresh.sheet, fresh.summary.version);
  };
  const copy = async (person: string) => {
    const theirs = await rules.draftOf(summary.name, person);
    draft.edit(() => theirs.sheet);
    toast({ text: t("rules.draft.copied", { who: person }), action: { label: t("rules.undo"), do: draft.undo } });
  };
  const trouble = problem ?? (draft.saving === "failed" ? draft.problem : null) ?? draft.checkProblem;
  if (!moved && draft.saving !== "conflict" && !others.length && !trouble) return null;
  return (
    <Space orientation="vertical" style={{ width: "100%", marginBottom: 12 }}>
      {moved && draft.dirty ? (
        <Alert
          type="warning"
          showIcon
          title={t("rules.moved", { who: summary.by || "–" })}
          description={shown ? <Between name={summary.name} before={draft.basedOn} after={summary.version} speaker={speaker} /> : t("rules.moved.todo")}
          action={
            <Space>
              <Button size="small" onClick={() => setShown(!shown)}>
                {t(shown ? "rules.diff.hide" : "rules.diff.show")}
              </Button>
              <Button size="small" type="primary" onClick={() => void bring()}>
                {t("rules.merge")}
              </Button>
            </Space>
          }
        />
      ) : null}
      {moved && !draft.dirty ? (
        <Alert type="info" showIcon title={t("rules.moved", { who: summary.by || "–" })} action={<Button size="small" onClick={() => draft.restart(detail.sheet, detail.sheet, summary.version)}>{t("rules.show.live")}</Button>} />
      ) : null}
      {draft.saving === "conflict" ? (
        <Alert
          type="warning"
          showIcon
          title={t("rules.conflict")}
          description={t("rules.conflict.todo")}
          action={
            <Space>
              <Button size="small" onClick={() => void take()}>
                {t("rules.conflict.load")}
              </Button>
              <Button size="small" danger onClick={() => void draft.insist()}>
                {t("rules.conflict.keep")}
              </Button>
            </Space>
          }
        />
      ) : null}
      {others.map((one) => (
        <Alert
          key={one.by}
          type="info"
          showIcon
          title={t(one.stale ? "rules.other.stale" : "rules.other", { who: one.by })}
          action={
            <Button size="small" onClick={() => void copy(one.by)}>
              {t("rules.other.copy")}
            </Button>
          }
        />
      ))}
      <ErrorNote error={trouble} />
    </Space>
  );
}
