// Facts of a thing: names and values in two columns, and rows with nothing left out.
import type { ReactNode } from "react";
import styles from "./Thing.module.css";

export type Fact = readonly [name: string, value: ReactNode];

export function Facts({ facts }: { facts: readonly (Fact | null | false)[] }): ReactNode {
  return (
    <dl className={styles.facts}>
      {facts.map((fact) =>
        fact && fact[1] !== "" && fact[1] != null ? (
          <div key={fact[0]}>
            <dt>{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
