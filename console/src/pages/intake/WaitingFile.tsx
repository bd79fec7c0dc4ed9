// A file that waits for a person: its sheets, what is known of it, and the way on.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Popconfirm, Skeleton, Tabs } from "antd";
import { type ReactNode, useCallback, useState } from "react";
import { del, post } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { When } from "@/ui/When.tsx";
import { useWords } from "@/words/index.ts";
import { IMPORTS, type ImportLook, type ImportView, type SheetChoice, useLook } from "./api.ts";
import { Note } from "./Note.tsx";
import { SheetDesk } from "./SheetDesk.tsx";
import { type SheetDraft, useDrafts } from "./useDrafts.ts";
import styles from "./WaitingFile.module.css";

export function WaitingFile({ one, onGone }: { one: ImportView; onGone: () => void }): ReactNode {
  const look = useLook(one.id, true);
  if (look.error) return <ErrorNote error={look.error} again={() => void look.refetch()} />;
  if (!look.data)
    return (
      <div className={styles.loading}>
        <Skeleton active paragraph={{ rows: 10 }} />
      </div>
    );
  return <Looked key={one.id} one={one} look={look.data} onGone={onGone} />;
}

function Looked({ one, look, onGone }: { one: ImportView; look: ImportLook; onGone: () => void }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const client = useQueryClient();
  const { drafts, change, forget } = useDrafts(one.id);
  const [sheet, setSheet] = useState(look.sheets[0]?.sheet ?? "");
  const [tried, setTried] = useState<Readonly<Record<string, { ready: boolean; rows: number }>>>({});
  const draftOf = useCallback(
    (name: string): SheetDraft => {
      const known = look.sheets.find((each) => each.sheet === name);
      return drafts[name] ?? { mapping: known?.mapping ?? null, skip: !known?.mapping, keepAs: "" };
    },
    [drafts, look.sheets],
  );
  const now = look.sheets.find((each) => each.sheet === sheet) ?? look.sheets[0];
  const draft = draftOf(now?.sheet ?? "");
  const choices: SheetChoice[] = look.sheets.map((each) => {
    const made = draftOf(each.sheet);
    return { sheet: each.sheet, mapping: made.skip ? null : made.mapping, keep_as: made.skip ? "" : made.keepAs };
  });
  const taken = choices.filter((choice) => choice.mapping !== null);
  const rows = taken.reduce((all, choice) => all + (tried[choice.sheet]?.rows ?? 0), 0);
  const ready = taken.length > 0 && taken.every((choice) => tried[choice.sheet]?.ready !== false);

  const run = useMutation({
    mutationFn: () => post<ImportView>(`/imports/${one.id}/run`, { sheets: choices }),
    onSuccess: () => {
      forget();
      void client.invalidateQueries({ queryKey: IMPORTS });
    },
  });
  const discard = useMutation({
    mutationFn: () => del(`/imports/${one.id}`),
    onSuccess: () => {
      forget();
      onGone();
      void client.invalidateQueries({ queryKey: IMPORTS });
    },
  });
  const heard = useCallback((isReady: boolean, count: number) => setTried((before) => (before[sheet]?.ready === isReady && before[sheet]?.rows === count ? before : { ...before, [sheet]: { ready: isReady, rows: count } })), [sheet]);
  if (!now) return null;
  const before = look.before[0];
  const actions = (
    <>
        {one.expires ? (
          <span className={styles.expires}>
            {t("intake.expires")} <When at={one.expires} />
          </span>
        ) : null}
        <Popconfirm title={t("intake.discard.sure")} okText={t("intake.discard")} cancelText={t("ui.cancel")} onConfirm={() => discard.mutate()}>
          <Button loading={discard.isPending}>{t("intake.discard")}</Button>
        </Popconfirm>
        <Button type="primary" disabled={!ready} loading={run.isPending} onClick={() => run.mutate()}>
          {rows ? t("intake.run.rows", { rows: format.number(rows) }) : t("intake.run")}
        </Button>
    </>
  );
  return (
    <div className={styles.file}>
      {before ? (
        <Note className={styles.before} tone="info" title={t("intake.before.title")}>
          {t("intake.before.about", { kept: format.number(before.rows_kept), quarantined: format.number(before.rows_quarantined) })} <When at={before.at} />
        </Note>
      ) : null}
      {look.sheets.length > 1 ? (
        <Tabs
          className={styles.tabs}
          activeKey={now.sheet}
          onChange={setSheet}
          items={look.sheets.map((each) => ({ key: each.sheet, label: draftOf(each.sheet).skip ? t("intake.sheet.left", { sheet: each.sheet }) : each.sheet }))}
        />
      ) : null}
      <SheetDesk
        key={now.sheet}
        id={one.id}
        look={now}
        mapping={draft.mapping}
        onMapping={(mapping) => change(now.sheet, { ...draft, mapping, skip: mapping === null })}
        onTried={heard}
        actions={actions}
        closed={run.isPending || run.isSuccess}
      />
      <footer className={styles.foot}>
        <div className={styles.keep}>
          {look.sheets.length > 1 && draft.mapping ? (
            <Checkbox checked={!draft.skip} onChange={(event) => change(now.sheet, { ...draft, skip: !event.target.checked })}>
              {t("intake.sheet.take")}
            </Checkbox>
          ) : null}
          {draft.mapping && !draft.skip ? (
            <>
              <Checkbox checked={draft.keepAs !== ""} onChange={(event) => change(now.sheet, { ...draft, keepAs: event.target.checked ? stem(one.file, now.sheet) : "" })}>
                {t("intake.keep")}
              </Checkbox>
              {draft.keepAs ? (
                <Input size="small" style={{ width: 220 }} maxLength={100} aria-label={t("intake.keep.name")} value={draft.keepAs} onChange={(event) => change(now.sheet, { ...draft, keepAs: event.target.value })} />
              ) : null}
            </>
          ) : null}
        </div>
      </footer>
      {run.error ?? discard.error ? <ErrorNote error={run.error ?? discard.error} /> : null}
    </div>
  );
}

const stem = (file: string, sheet: string) => [file.replace(/\.[^.]+$/, ""), sheet].filter(Boolean).join(" ").replace(/[/\\]/g, "_").replace(/^\.+/, "").slice(0, 100);
