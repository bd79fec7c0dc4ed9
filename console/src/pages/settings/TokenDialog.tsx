// Makes a token for a program and shows its secret, this once.
import { CopyOutlined } from "@ant-design/icons";
import { Button, Input, Modal, Select } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { post } from "@/api/client.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { type NewKey, type Role, ROLES, useChange } from "./data.ts";
import styles from "./Settings.module.css";

const DAYS = [7, 30, 90, 365, 0] as const;

export function TokenDialog({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const { t } = useWords();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("data");
  const [days, setDays] = useState<number>(90);
  const [made, setMade] = useState<NewKey | null>(null);
  const add = useChange(() => post<NewKey>("/tokens", { name, role, days }), setMade);
  const { reset } = add;
  useEffect(() => {
    setName("");
    setMade(null);
    reset();
  }, [open, reset]);
  const copy = async () => {
    await navigator.clipboard.writeText(made?.secret ?? "");
    toast({ text: t("settings.tokens.copied"), tone: "good" });
  };
  return (
    <Modal
      open={open}
      title={t(made ? "settings.tokens.made.title" : "settings.tokens.add")}
      onCancel={onClose}
      onOk={made ? onClose : () => add.mutate(undefined)}
      okText={t(made ? "settings.tokens.kept" : "settings.tokens.make")}
      cancelText={t("ui.cancel")}
      cancelButtonProps={made ? { hidden: true } : undefined}
      okButtonProps={{ disabled: !made && !name.trim(), loading: add.isPending }}
      mask={{ closable: !made }}
      destroyOnHidden
    >
      {made ? (
        <div className={styles.form}>
          <p>{t("settings.tokens.once")}</p>
          <div className={styles.secret}>
            <code>{made.secret}</code>
            <Button icon={<CopyOutlined />} onClick={() => void copy()}>
              {t("ui.sql.copy")}
            </Button>
          </div>
          <p className={styles.hint}>{t("settings.tokens.how")}</p>
        </div>
      ) : (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim()) add.mutate(undefined);
          }}
        >
          <label className={styles.field}>
            <span>{t("settings.tokens.name")}</span>
            <Input autoFocus maxLength={60} value={name} onChange={(event) => setName(event.target.value)} placeholder={t("settings.tokens.name.like")} />
          </label>
          <div className={styles.field}>
            <label htmlFor="token-role">{t("settings.people.role")}</label>
            <Select<Role> id="token-role" value={role} options={ROLES.map((value) => ({ value, label: t(`app.role.${value}`) }))} onChange={setRole} />
          </div>
          <div className={styles.field}>
            <label htmlFor="token-days">{t("settings.tokens.days")}</label>
            <Select<number>
              id="token-days"
              value={days}
              options={DAYS.map((value) => ({ value, label: value ? t("settings.tokens.days.some", { days: value }) : t("settings.tokens.days.never") }))}
              onChange={setDays}
            />
          </div>
          <ErrorNote error={add.error} />
        </form>
      )}
    </Modal>
  );
}
