// A trouble in words: what it does, to whom, how much and for how long.
import { useMemo } from "react";
import { useFormat } from "@/format/useFormat.ts";
import { useWords } from "@/words/index.ts";
import type { Fault, FaultInfo } from "./data.ts";

export interface FaultWords {
  /** What it is called. */
  readonly name: (fault: Fault) => string;
  /** One sentence of what it does. */
  readonly what: (fault: Fault) => string;
  /** What a value of one of its fields is called. */
  readonly value: (type: string, field: string, value: string) => string;
}

export function useFaultWords(faults: readonly FaultInfo[]): FaultWords {
  const { t, say, maybe } = useWords();
  const format = useFormat();
  return useMemo(() => {
    const value = (type: string, field: string, given: string) => {
      const choice = faults.find((one) => one.type === type)?.fields.find((one) => one.name === field)?.choices?.find((one) => one.value === given);
      const told = choice ? say(choice.name) : "";
      return told || maybe(`worlds.value.${given}`, given);
    };
    const blanks = (fault: Fault) =>
      Object.fromEntries(
        Object.entries(fault).map(([field, given]) => {
          if (field === "minutes") return ["time", format.duration(Number(given) * 60_000)];
          if (field === "share" || field === "success_rate") return [field, format.percent(Number(given), 0)];
          return [field, typeof given === "number" ? format.number(given) : value(fault.type, field, given)];
        }),
      );
    const key = (fault: Fault) => (fault.type === "LostReceipts" ? `worlds.fault.LostReceipts.what.${String(fault["effect"])}` : `worlds.fault.${fault.type}.what`);
    return {
      name: (fault) => maybe(`worlds.fault.${fault.type}`, fault.type),
      what: (fault) => t(key(fault), blanks(fault)),
      value,
    };
  }, [faults, t, say, maybe, format]);
}
