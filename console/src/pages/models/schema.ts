// A question's JSON Schema as fields of a form.

export interface Field {
  readonly name: string;
  readonly kind: "text" | "integer" | "number" | "boolean" | "choice" | "json";
  readonly choices: readonly string[];
  readonly required: boolean;
  readonly start: unknown;
}

interface Part {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Part[];
  readonly $ref?: string;
  readonly default?: unknown;
}

interface Whole {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, { readonly properties?: Readonly<Record<string, Part>>; readonly required?: readonly string[] }>>;
}

/** The fields that a question asks for, in their order. */
export function fieldsOf(schema: unknown): Field[] {
  const whole = schema as Whole;
  const top = whole.$defs?.[whole.$ref?.split("/").at(-1) ?? ""];
  return Object.entries(top?.properties ?? {}).map(([name, part]) => {
    const inner = part.anyOf?.find((one) => one.type !== "null") ?? part;
    const choices = (inner.enum ?? []).filter((one): one is string => typeof one === "string");
    const kind = choices.length ? "choice" : kindOf(inner.type);
    return { name, kind, choices, required: top?.required?.includes(name) ?? false, start: part.default ?? first(kind, choices) };
  });
}

function kindOf(type: string | undefined): Field["kind"] {
  if (type === "string") return "text";
  if (type === "integer" || type === "number" || type === "boolean") return type;
  return "json";
}

function first(kind: Field["kind"], choices: readonly string[]): unknown {
  const starts: Readonly<Record<Field["kind"], unknown>> = { text: "", integer: 0, number: 0, boolean: false, choice: choices[0] ?? "", json: "" };
  return starts[kind];
}

/** What was typed as the value that the API takes; text that is meant to be JSON is read. */
export function valueOf(field: Field, typed: unknown): unknown {
  if (field.kind !== "json" || typeof typed !== "string") return typed;
  return JSON.parse(typed || "null");
}
