// The town's time: its moment, start and pause, its speed, and steps to the next hour and day.
import { CaretRightOutlined, FastForwardOutlined, PauseOutlined, StepForwardOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import type { ReactNode } from "react";
import { useSession } from "@/app/session.ts";
import { useFormat } from "@/format/useFormat.ts";
import { Keys } from "@/ui/Keys.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { toast } from "@/ui/toast.tsx";
import { useKeys } from "@/ui/useKeys.ts";
import { useWords } from "@/words/index.ts";
import { useOrder, type TownOrder, type TownStatus } from "./data.ts";
import styles from "./Controls.module.css";

const SPEEDS = [1, 60, 600, 3600, 0] as const;

export function Controls({ town }: { town: TownStatus }): ReactNode {
  const { t, say } = useWords();
  const format = useFormat();
  const { may } = useSession();
  const order = useOrder();
  const allowed = may("run");
  const give = (given: TownOrder) =>
    order.mutate(given, { onError: (error) => toast({ tone: "bad", text: "text" in error ? say(error.text as never) : String(error) }) });
  const stopped = town.paused && !town.stepping_to;
  const turn = () => give({ do: stopped ? "resume" : "pause" });
  useKeys({ p: turn, h: () => give({ do: "step", to: "hour" }), d: () => give({ do: "step", to: "day" }) }, allowed);

  return (
    <div className={styles.bar} role="group" aria-label={t("worlds.controls")}>
      <div className={styles.clock}>
        <span className={styles.time}>{format.time(town.at, true)}</span>
        <span className={styles.day}>{format.date(town.at)}</span>
      </div>
      <State town={town} />
      <div className={styles.acts}>
        <Button type="primary" icon={stopped ? <CaretRightOutlined /> : <PauseOutlined />} onClick={turn} disabled={!allowed} aria-keyshortcuts="P" data-testid="town-turn">
          {t(stopped ? "worlds.resume" : "worlds.pause")} <Keys keys="P" />
        </Button>
        <Segmented
          aria-label={t("worlds.speed")}
          disabled={!allowed}
          value={town.speed}
          onChange={(speed) => give({ do: "speed", speed: Number(speed) })}
          options={speeds(town.speed).map((speed) => ({ value: speed, label: speed ? t("worlds.speed.times", { times: format.number(speed) }) : t("worlds.speed.most"), title: t(`worlds.speed.what.${SPEEDS.includes(speed as never) ? speed : "other"}`) }))}
        />
        <Button icon={<StepForwardOutlined />} onClick={() => give({ do: "step", to: "hour" })} disabled={!allowed} aria-keyshortcuts="H" title={t("worlds.step.what")}>
          {t("worlds.step.hour")} <Keys keys="H" />
        </Button>
        <Button icon={<FastForwardOutlined />} onClick={() => give({ do: "step", to: "day" })} disabled={!allowed} aria-keyshortcuts="D" title={t("worlds.step.what")}>
          {t("worlds.step.day")} <Keys keys="D" />
        </Button>
      </div>
    </div>
  );
}

const speeds = (now: number) => (SPEEDS.includes(now as never) ? [...SPEEDS] : [...SPEEDS.slice(0, -1), now, 0].sort((a, b) => (a || Infinity) - (b || Infinity)));

function State({ town }: { town: TownStatus }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  if (town.problem) return <Tone tone="bad">{t("worlds.state.trouble", { problem: town.problem })}</Tone>;
  if (town.stepping_to) return <Tone tone="accent">{t("worlds.state.stepping", { to: format.when(town.stepping_to) })}</Tone>;
  if (town.paused) return <Tone tone="warn">{t("worlds.state.paused")}</Tone>;
  return <Tone tone="good">{t("worlds.state.running")}</Tone>;
}
