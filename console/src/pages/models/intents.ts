// The intents that a text was read as, in words, the main one first.
type Maybe = (key: string, otherwise: string) => string;

/** Nothing where the value is no list of intents. */
export function intentsOf(value: unknown, maybe: Maybe): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    const intent = typeof one === "object" && one !== null && "intent" in one ? one.intent : undefined;
    return typeof intent === "string" ? [maybe(`service.intent.${intent}`, intent)] : [];
  });
}
