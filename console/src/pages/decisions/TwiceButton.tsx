// A button that is touched twice: a thumb that slips moves no money.
import { Button } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useWords } from "@/words/index.ts";

const ARMED_MS = 4000;

export interface TwiceButtonProps {
  readonly disabled: boolean;
  readonly loading: boolean;
  readonly onDone: () => void;
  readonly children: ReactNode;
}

export function TwiceButton({ disabled, loading, onDone, children }: TwiceButtonProps): ReactNode {
  const { t } = useWords();
  const [armed, setArmed] = useState(false);
  useEffect(() => {
    if (!armed) return;
    const timer = setTimeout(() => setArmed(false), ARMED_MS);
    return () => clearTimeout(timer);
  }, [armed]);
  const touch = () => {
    setArmed(!armed);
    if (armed) onDone();
  };
  return (
    <Button type="primary" disabled={disabled} loading={loading} aria-live="polite" onClick={touch}>
      {armed ? t("decisions.twice") : children}
    </Button>
  );
}
