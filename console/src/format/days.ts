// Calendar days of the shop as moments.

/** When a day ("2026-11-25") begins in a time zone, as an ISO moment in UTC; `later`: so many days after it. From 1970 on. */
export function dayBegins(day: string, zone: string, later = 0): string {
  const wanted = Date.parse(`${day}T00:00:00Z`) + later * 86_400_000;
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
  let found = wanted;
  // The second pass is for a zone whose offset changes between the two moments.
  for (let pass = 0; pass < 2; pass++) {
    const part = Object.fromEntries(clock.formatToParts(found).map((one) => [one.type, Number(one.value)]));
    const shown = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second);
    found += wanted - shown;
  }
  return new Date(found).toISOString();
}
