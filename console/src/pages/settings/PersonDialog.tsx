// Adds an account; the first is an administrator's.
import { Input, Modal, Select } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { post } from "@/api/client.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { type Account, type Role, ROLES, useChange } from "./data.ts";
import styles from "./Settings.module.css";

export interface PersonDialogProps {
  readonly open: boolean;
  readonly first: boolean | undefined;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

export function PersonDialog({ open, first, onDone, onCancel }: PersonDialogProps): ReactNode {
  const { t } = useWords();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const add = useChange(
    () => post<Account>("/people", { name, password, role: first ? "admin" : role }),
    (done) => {
      toast({ text: t("settings.people.added", { name: done.name }), tone: "good" });
      onDone();
    },
  );
  const { reset } = add;
  useEffect(() => {
    setName("");
    setPassword("");
    setRole("operator");
    reset();
  }, [open, reset]);
  const ready = name.trim() !== "" && password !== "";
  return (
    <Modal
      open={open}
      title={t(first ? "settings.people.add.first" : "settings.people.add")}
      okText={t("settings.people.add")}
      cancelText={t("ui.cancel")}
      okButtonProps={{ disabled: !ready, loading: add.isPending }}
      onOk={() => add.mutate(undefined)}
      onCancel={onCancel}
      destroyOnHidden
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) add.mutate(undefined);
        }}
      >
        {first ? <p>{t("settings.people.first")}</p> : null}
        <label className={styles.field}>
          <span>{t("settings.people.name")}</span>
          <Input autoFocus autoComplete="off" maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
        </label>
        <div className={styles.field}>
          <label htmlFor="person-role">{t("settings.people.role")}</label>
          <Select<Role>
            id="person-role"
            value={first ? "admin" : role}
            disabled={first}
            options={ROLES.map((value) => ({ value, label: t(`app.role.${value}`) }))}
            onChange={setRole}
          />
        </div>
        <label className={styles.field}>
          <span>{t("settings.people.password")}</span>
          <Input.Password autoComplete="new-password" value={password} onChange={(event) => setPassword(event.target.value)} />
          <span className={styles.hint}>{t("settings.password.hint")}</span>
        </label>
        <ErrorNote error={add.error} />
        <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
      </form>
    </Modal>
  );
}
