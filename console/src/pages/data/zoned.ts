// Moments as a person types them, in the shop's zone: "2026-11-11T08:00" ⇄ an instant.

/** Minutes that a zone is ahead of UTC at an instant. */
function ahead(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(instant);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return Math.round((local - instant) / 60_000);
}

/** The instant of a local moment, as ISO 8601 in UTC; empty where the text is no moment. */
export function toInstant(local: string, zone: string): string {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return "";
  // Twice: around a change of the clock the first guess may stand on the other side of it.
  let instant = asUtc - ahead(asUtc, zone) * 60_000;
  instant = asUtc - ahead(instant, zone) * 60_000;
  return new Date(instant).toISOString();
}

/** The local moment of an instant, to the minute, as `<input type="datetime-local">` takes it. */
export function toLocal(instant: string | Date, zone: string): string {
  const moment = new Date(instant).getTime();
  return new Date(moment + ahead(moment, zone) * 60_000).toISOString().slice(0, 16);
}
