// The contract of a table: what it promises, column by column, and who keeps the promise.
import type { ReactNode } from "react";
import { JsonPeek } from "@/ui/JsonPeek.tsx";
import { Tone } from "@/ui/Tone.tsx";
import { useWords } from "@/words/index.ts";
import type { ColumnContract, Contract } from "./api.ts";
import { NodeLink } from "./NodeLink.tsx";
import styles from "./ContractPanel.module.css";

export function ContractPanel({ contract }: { contract: Contract }): ReactNode {
  const { t, lang } = useWords();
  const view = contract.noun === "view";
  return (
    <div className={styles.place}>
      <dl className={styles.facts}>
        <Fact label={t("data.contract.owner")}>
          {contract.owners.length ? contract.owners.map((owner) => <NodeLink key={owner} id={owner} />) : view ? t("data.contract.owner.view") : t("data.contract.owner.none")}
        </Fact>
        {contract.key.length ? <Fact label={t("data.contract.key")}>{codes(contract.key)}</Fact> : null}
        {contract.read_by.length ? <Fact label={t("data.contract.read_by")}>{codes(contract.read_by)}</Fact> : null}
        {contract.ordered_by ? <Fact label={t("data.contract.ordered_by")}>{codes([contract.ordered_by])}</Fact> : null}
        {contract.deadline_ms ? <Fact label={t("data.contract.deadline")}>{t("data.contract.ms", { ms: String(contract.deadline_ms) })}</Fact> : null}
        {contract.sources.length ? (
          <Fact label={t("data.contract.sources")}>
            {contract.sources.map((source) => (
              <NodeLink key={source} id={`table:${source}`} />
            ))}
          </Fact>
        ) : null}
      </dl>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("data.contract.columns")}>
        <table className={styles.columns} lang={lang}>
          <thead>
            <tr>
              {["column", "means", "type", "rule", "values"].map((head) => (
                <th key={head} scope="col">
                  {t(`data.contract.head.${head}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {contract.columns.map((column) => (
              <ColumnLine key={column.name} column={column} view={view} />
            ))}
          </tbody>
        </table>
      </div>
      {view ? <pre className={styles.sql} tabIndex={0}>{contract.sql}</pre> : <JsonPeek value={contract.json_schema} title={t("data.contract.schema")} />}
    </div>
  );
}

function ColumnLine({ column, view }: { column: ColumnContract; view: boolean }): ReactNode {
  const { t, say } = useWords();
  const rule = column.key ? "key" : column.needed ? "needed" : column.optional ? "optional" : "default";
  return (
    <tr>
      <th scope="row">
        <code>{column.name}</code>
      </th>
      <td>{say(column.means)}</td>
      <td>
        <code className={styles.type}>{column.type}</code>
        <span className={styles.unit}>
          {column.form === "money" ? t("data.contract.money") : column.form === "json" ? t("data.contract.json") : column.unit ? t(`data.unit.${column.unit}`) : ""}
        </span>
      </td>
      <td>{view ? null : rule === "key" ? <Tone tone="accent">{t("data.rule.key")}</Tone> : <Tone tone={rule === "needed" ? "info" : "plain"}>{t(`data.rule.${rule}`)}</Tone>}</td>
      <td className={styles.values}>
        {column.values.map((value) => (
          <code key={value}>{value}</code>
        ))}
        {rule === "default" && column.default !== null && column.default !== "" && !view ? <span className={styles.unit}>{t("data.contract.default", { value: JSON.stringify(column.default) })}</span> : null}
      </td>
    </tr>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const codes = (names: readonly string[]) => names.map((name) => <code key={name}>{name}</code>);
