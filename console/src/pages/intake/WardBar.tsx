// What can be done with the rows that are chosen, or with all that are looked at: mend many, take in, dismiss.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { type ReactNode, useState } from "react";
import { post } from "@/api/client.ts";
import { useFormat } from "@/format/useFormat.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { ReasonDialog } from "@/ui/ReasonDialog.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { FixDialog } from "./FixDialog.tsx";
import styles from "./WardBar.module.css";
import { type AdmitReport, type Choice, type Narrowing, refresh, type WardView } from "./wards.ts";

export interface WardBarProps {
  readonly ward: WardView;
  readonly narrowing: Narrowing;
  readonly chosen: ReadonlySet<number>;
  readonly of: number;
  readonly choice: Choice;
  readonly onDone: () => void;
  readonly onNone: () => void;
}

export function WardBar({ ward, narrowing, chosen, of, choice, onDone, onNone }: WardBarProps): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const client = useQueryClient();
  const [asking, setAsking] = useState<"" | "fix" | "readmit" | "dismiss">("");
  const count = chosen.size || of;
  const base = `/quarantine/${ward.id}`;
  const close = () => setAsking("");
  const readmit = useMutation({
    mutationFn: (note: string) => post<AdmitReport>(`${base}/readmit`, { choice: chosen.size ? choice : { state: "ready" }, note }),
    onSuccess: (report) => {
      close();
      toast({ tone: "good", text: report.left ? t("intake.readmitted.left", { rows: format.number(report.admitted), left: format.number(report.left) }) : t("intake.readmitted", { rows: format.number(report.admitted) }) });
      onDone();
    },
  });
  const dismiss = useMutation({
    mutationFn: (note: string) => post<AdmitReport>(`${base}/dismiss`, { choice, note }),
    onSuccess: (report) => {
      close();
      toast({ text: t("intake.dismissed", { rows: format.number(ward.account.waiting - report.account.waiting) }) });
      onDone();
    },
  });
  const small = useMutation({ mutationFn: (what: "accept" | "undo") => post(`${base}/${what}`, { choice }), onSuccess: () => refresh(client, ward.id, true) });
  return (
    <div className={styles.bar}>
      <span className={styles.count} role="status">
        {chosen.size ? t("intake.ward.chosen", { rows: format.number(chosen.size) }) : t("intake.ward.looked", { rows: format.number(of) })}
        {chosen.size ? (
          <Button type="link" size="small" onClick={onNone}>
            {t("intake.ward.choose.none")}
          </Button>
        ) : null}
      </span>
      <span className={styles.actions}>
        <Button disabled={!count} onClick={() => setAsking("fix")}>
          {t("intake.fix.open")}
        </Button>
        <Dropdown
          trigger={["click"]}
          menu={{
            items: [
              { key: "accept", label: t("intake.accept") },
              { key: "undo", label: t("intake.undo"), disabled: ward.edited === 0 },
              { type: "divider" },
              { key: "dismiss", label: t("intake.dismiss"), danger: true },
            ],
            onClick: ({ key }) => (key === "dismiss" ? setAsking("dismiss") : small.mutate(key as "accept" | "undo")),
          }}
        >
          <Button disabled={!count} loading={small.isPending}>
            {t("intake.ward.more")}
          </Button>
        </Dropdown>
        <Button type="primary" disabled={ward.ready === 0} onClick={() => setAsking("readmit")}>
          {chosen.size ? t("intake.readmit.chosen") : t("intake.readmit", { rows: format.number(ward.ready) })}
        </Button>
      </span>
      {small.error ? <ErrorNote error={small.error} /> : null}
      {asking === "fix" ? <FixDialog ward={ward} narrowing={narrowing} choice={choice} onClose={close} onDone={() => refresh(client, ward.id, true)} /> : null}
      <ReasonDialog
        open={asking === "readmit"}
        title={chosen.size ? t("intake.readmit.title.chosen", { rows: format.number(chosen.size) }) : t("intake.readmit.title", { rows: format.number(ward.ready) })}
        about={<p className={styles.about}>{t("intake.readmit.about")}</p>}
        action={t("intake.readmit.do")}
        required={false}
        busy={readmit.isPending}
        problem={readmit.error ? <ErrorNote error={readmit.error} /> : null}
        onDone={(note) => readmit.mutate(note)}
        onCancel={close}
      />
      <ReasonDialog
        open={asking === "dismiss"}
        title={t("intake.dismiss.title", { rows: format.number(count) })}
        about={<p className={styles.about}>{t("intake.dismiss.about")}</p>}
        usual={[t("intake.dismiss.usual.test"), t("intake.dismiss.usual.twice"), t("intake.dismiss.usual.total")]}
        action={t("intake.dismiss.do")}
        danger
        busy={dismiss.isPending}
        problem={dismiss.error ? <ErrorNote error={dismiss.error} /> : null}
        onDone={(note) => dismiss.mutate(note)}
        onCancel={close}
      />
    </div>
  );
}
