// Troubles: what is on and until when, what the shop made of it, what was, and what may be brought.
import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { useSession } from "@/app/session.ts";
import { Panel } from "@/ui/Panel.tsx";
import { useWords } from "@/words/index.ts";
import { useFaults, type TownStatus } from "./data.ts";
import { FaultDialog } from "./FaultDialog.tsx";
import { FAULT_ICONS } from "./faultIcons.tsx";
import { TroubleCard } from "./TroubleCard.tsx";
import styles from "./Troubles.module.css";

const SHOWN = 4;

export function Troubles({ town }: { town: TownStatus }): ReactNode {
  const { t, maybe } = useWords();
  const { may } = useSession();
  const faults = useFaults(true);
  const [bringing, setBringing] = useState("");
  const [all, setAll] = useState(false);
  const on = [...town.troubles].reverse();
  const over = [...town.troubles_over].reverse();
  // Their names are known before their forms are: what is below stays where it is.
  const kinds = faults.data?.map((one) => one.type) ?? Object.keys(FAULT_ICONS);
  return (
    <div className={styles.column}>
      <Panel title={t("worlds.bring")} note={t("worlds.bring.note")} flush>
        <ul className={styles.kinds}>
          {kinds.map((type) => (
            <li key={type}>
              <button type="button" className={styles.kind} disabled={!may("run") || !faults.data} onClick={() => setBringing(type)} data-fault={type}>
                <span className={styles.icon}>{FAULT_ICONS[type]}</span>
                <span>
                  <strong>{maybe(`worlds.fault.${type}`, type)}</strong>
                  <small>{maybe(`worlds.fault.${type}.short`, "")}</small>
                </span>
                <PlusOutlined aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t("worlds.troubles")} label={t("worlds.troubles")}>
        {on.length ? (
          <div className={styles.list}>
            {on.map((trouble) => (
              <TroubleCard key={trouble.number} trouble={trouble} town={town} faults={faults.data ?? []} on />
            ))}
          </div>
        ) : (
          <p className={styles.calm}>{t("worlds.calm")}</p>
        )}
        {over.length ? (
          <>
            <h3 className={styles.subtitle}>{t("worlds.over")}</h3>
            <div className={styles.list}>
              {over.slice(0, all ? over.length : SHOWN).map((trouble) => (
                <TroubleCard key={trouble.number} trouble={trouble} town={town} faults={faults.data ?? []} on={false} />
              ))}
            </div>
            {over.length > SHOWN ? (
              <Button type="link" size="small" onClick={() => setAll(!all)}>
                {t(all ? "worlds.over.less" : "worlds.over.all")}
              </Button>
            ) : null}
          </>
        ) : null}
      </Panel>
      <FaultDialog fault={faults.data?.find((one) => one.type === bringing)} onClose={() => setBringing("")} />
    </div>
  );
}
