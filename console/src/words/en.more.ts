// All other words of English.
const files = import.meta.glob<Record<string, string>>(["./en/*.json", "!./en/{app,identity,palette,today,ui}.json"], { eager: true, import: "default" });

export const catalog: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(files));
