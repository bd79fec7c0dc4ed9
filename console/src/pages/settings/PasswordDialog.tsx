// Sets a new password for somebody who lost theirs.
import { Input, Modal } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { post } from "@/api/client.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { type Account, useChange } from "./data.ts";
import styles from "./Settings.module.css";

export function PasswordDialog({ of, onClose }: { of: Account | null; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const [password, setPassword] = useState("");
  const name = of?.name ?? "";
  const set = useChange(
    () => post(`/people/${encodeURIComponent(name)}/password`, { password }),
    () => {
      toast({ text: t("settings.people.reset.done", { name }), tone: "good" });
      onClose();
    },
  );
  const { reset } = set;
  useEffect(() => {
    setPassword("");
    reset();
  }, [of, reset]);
  return (
    <Modal
      open={of !== null}
      title={t("settings.people.reset.title", { name })}
      okText={t("settings.people.reset")}
      cancelText={t("ui.cancel")}
      okButtonProps={{ disabled: !password, loading: set.isPending }}
      onOk={() => set.mutate(undefined)}
      onCancel={onClose}
      destroyOnHidden
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (password) set.mutate(undefined);
        }}
      >
        <p className={styles.hint}>{t("settings.people.reset.what")}</p>
        <label className={styles.field}>
          <span>{t("settings.password.new")}</span>
          <Input.Password autoFocus autoComplete="new-password" value={password} onChange={(event) => setPassword(event.target.value)} />
          <span className={styles.hint}>{t("settings.password.hint")}</span>
        </label>
        <ErrorNote error={set.error} />
      </form>
    </Modal>
  );
}
