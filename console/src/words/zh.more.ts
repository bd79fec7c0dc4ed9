// All other words of Chinese.
const files = import.meta.glob<Record<string, string>>(["./zh/*.json", "!./zh/{app,identity,palette,today,ui}.json"], { eager: true, import: "default" });

export const catalog: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(files));
