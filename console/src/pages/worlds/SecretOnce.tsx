// A secret, shown this once: copy it now, it is never shown again.
import { Alert, Button, Modal } from "antd";
import type { ReactNode } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import type { HookOpened } from "./connectorData.ts";
import styles from "./Connectors.module.css";

export function SecretOnce({ opened, onClose }: { opened: HookOpened; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  return (
    <Modal
      open
      title={t("connectors.secret.title", { name: opened.name })}
      onCancel={onClose}
      maskClosable={false}
      footer={
        <Button type="primary" onClick={onClose}>
          {t("connectors.secret.kept")}
        </Button>
      }
    >
      <div className={styles.secret}>
        <code data-testid="hook-secret">{opened.secret}</code>
        <Button onClick={() => void navigator.clipboard?.writeText(opened.secret)}>{t("ui.sql.copy")}</Button>
      </div>
      <Alert type="warning" showIcon title={t("connectors.secret.once")} description={opened.old_until ? t("connectors.secret.old", { until: format.when(opened.old_until) }) : undefined} />
      <p className={styles.quiet}>{t("connectors.secret.how")}</p>
      <pre className={styles.headers} tabIndex={0}>{`POST ${location.origin}${opened.path}
webhook-id: msg_1
webhook-timestamp: 1760000000
webhook-signature: v1,base64(hmac_sha256(secret, "{id}.{timestamp}.{body}"))`}</pre>
    </Modal>
  );
}
