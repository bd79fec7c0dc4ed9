// A hook for signed facts: where to post, what it lets in, its secret, and a test delivery.
import { Button, Input, Modal, Popconfirm, Space } from "antd";
import { type ReactNode, useState } from "react";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import { useHooks, type HookOpened, type HookSetup } from "./connectorData.ts";
import styles from "./Connectors.module.css";

export function HookPart({ name, hook, onSecret }: { name: string; hook: HookSetup; onSecret: (opened: HookOpened) => void }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const { may } = useSession();
  const [trying, setTrying] = useState(false);
  const { rotate, close } = useHooks();
  const admin = may("settings");
  return (
    <div className={styles.setup}>
      <div className={styles.address}>
        <code>POST {location.origin}{hook.path}</code>
        <Button size="small" type="link" onClick={() => void navigator.clipboard?.writeText(`${location.origin}${hook.path}`)}>
          {t("ui.sql.copy")}
        </Button>
      </div>
      <p className={styles.quiet}>
        {hook.kinds.length ? t("connectors.hook.kinds", { kinds: hook.kinds.join(", ") }) : t("connectors.hook.kinds.all")}
        {hook.old_until ? <> <Tone tone="warn">{t("connectors.hook.old", { until: format.when(hook.old_until) })}</Tone></> : null}
      </p>
      <ErrorNote error={rotate.error ?? close.error} />
      <Space size={6} wrap>
        <Button size="small" onClick={() => setTrying(true)} disabled={!may("run")}>
          {t("connectors.hook.try")}
        </Button>
        {hook.kept ? (
          <Popconfirm title={t("connectors.hook.rotate.sure")} okText={t("connectors.hook.rotate")} cancelText={t("ui.cancel")} onConfirm={() => rotate.mutate(name, { onSuccess: onSecret })}>
            <Button size="small" disabled={!admin} loading={rotate.isPending} title={admin ? undefined : t("connectors.hook.admin")}>
              {t("connectors.hook.rotate")}
            </Button>
          </Popconfirm>
        ) : (
          <span className={styles.quiet}>{t("connectors.hook.fixed")}</span>
        )}
        {hook.own ? (
          <Popconfirm title={t("connectors.hook.close.sure", { name })} okText={t("connectors.hook.close")} okButtonProps={{ danger: true }} cancelText={t("ui.cancel")} onConfirm={() => close.mutate(name, { onSuccess: () => toast({ text: t("connectors.hook.closed", { name }) }) })}>
            <Button size="small" danger disabled={!admin}>
              {t("connectors.hook.close")}
            </Button>
          </Popconfirm>
        ) : null}
      </Space>
      {trying ? <Trial name={name} hook={hook} onClose={() => setTrying(false)} /> : null}
    </div>
  );
}

function Trial({ name, hook, onClose }: { name: string; hook: HookSetup; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const [body, setBody] = useState(hook.example);
  const { attempt } = useHooks();
  return (
    <Modal
      open
      title={t("connectors.hook.try.title", { name })}
      okText={t("connectors.hook.try")}
      cancelText={t("ui.close")}
      okButtonProps={{ loading: attempt.isPending }}
      onOk={() => attempt.mutate({ name, body })}
      onCancel={onClose}
      width={620}
    >
      <p className={styles.quiet}>{t("connectors.hook.try.what")}</p>
      <Input.TextArea className={styles.code} aria-label={t("connectors.hook.try.body")} rows={10} value={body} onChange={(event) => setBody(event.target.value)} spellCheck={false} />
      <div className={styles.outcome} aria-live="polite">
        <ErrorNote error={attempt.error} />
        {attempt.data ? (
          <>
            <Tone tone="good">{t("connectors.hook.try.good", { said: attempt.data.said.join(", ") })}</Tone>
            <p className={styles.quiet}>{t("connectors.hook.try.headers")}</p>
            <pre className={styles.headers} tabIndex={0}>
              {Object.entries(attempt.data.headers)
                .map(([header, value]) => `${header}: ${value}`)
                .join("\n")}
            </pre>
          </>
        ) : null}
      </div>
    </Modal>
  );
}
