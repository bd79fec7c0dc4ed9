// Time travel: the table as the shop knew it at a past moment of its clock.
import { HistoryOutlined } from "@ant-design/icons";
import { Button, Input, Popover } from "antd";
import { type FormEvent, type ReactNode, useState } from "react";
import { useNow } from "@/app/shop.ts";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import { toInstant, toLocal } from "./zoned.ts";
import styles from "./FilterBar.module.css";

const HOUR = 3_600_000;

export function TimeTravel({ at, onAt }: { at: string; onAt: (at: string) => void }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const now = useNow();
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomRight" destroyOnHidden content={<Form at={at} now={now} onAt={(next) => { setOpen(false); onAt(next); }} />}>
      <Button size="small" icon={<HistoryOutlined />} type={at ? "primary" : "default"}>
        {at ? t("data.past.at", { moment: format.when(at, now) }) : t("data.past")}
      </Button>
    </Popover>
  );
}

function Form({ at, now, onAt }: { at: string; now: Date; onAt: (at: string) => void }): ReactNode {
  const { t } = useWords();
  const { zone } = useFormat();
  const [value, setValue] = useState(() => toLocal(at || new Date(now.getTime() - HOUR), zone));
  const send = (event: FormEvent) => {
    event.preventDefault();
    const instant = toInstant(value, zone);
    if (instant) onAt(instant);
  };
  return (
    <form className={styles.form} onSubmit={send}>
      <label htmlFor="past-moment">{t("data.past.moment", { zone })}</label>
      <Input id="past-moment" type="datetime-local" autoFocus max={toLocal(now, zone)} value={value} onChange={(event) => setValue(event.target.value)} />
      <p>{t("data.past.what")}</p>
      <Button type="primary" htmlType="submit">
        {t("data.past.go")}
      </Button>
      {at ? <Button onClick={() => onAt("")}>{t("data.past.now")}</Button> : null}
    </form>
  );
}
