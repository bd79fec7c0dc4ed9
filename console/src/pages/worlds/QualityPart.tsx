// What is known of a kind of channel: what tests show, what is missing and why, and against what it was tried.
import { CheckOutlined, ClockCircleOutlined, MinusOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import type { components } from "@/api/schema.ts";
import { useWords } from "@/words/index.ts";
import styles from "./Connectors.module.css";

type Quality = components["schemas"]["ChannelQuality"];
const MARKS: Readonly<Record<Quality["claims"][number]["status"], ReactNode>> = {
  done: <CheckOutlined />,
  todo: <ClockCircleOutlined />,
  exempt: <MinusOutlined />,
};

export function QualityPart({ quality }: { quality: Quality }): ReactNode {
  const { t, say } = useWords();
  const asked = quality.claims.filter((one) => one.status !== "exempt");
  const done = asked.filter((one) => one.status === "done").length;
  return (
    <details className={styles.more}>
      <summary>
        {t("connectors.quality", { done, of: asked.length })} {quality.real ? t("connectors.quality.real") : t("connectors.quality.double")}
      </summary>
      <p className={styles.quiet}>{say(quality.tested_against)}</p>
      <ul className={styles.claims}>
        {quality.claims.map((one) => (
          <li key={one.name} className={styles[one.status]} title={one.tests.join("\n")}>
            <span aria-label={t(`connectors.quality.${one.status}`)} role="img">
              {MARKS[one.status]}
            </span>
            <span>
              {say(one.about)}
              {say(one.why) ? <small className={styles.quiet}> {say(one.why)}</small> : null}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
