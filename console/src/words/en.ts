// All catalogs of one language in one file.
const files = import.meta.glob<Record<string, string>>("./en/*.json", { eager: true, import: "default" });

export const catalog: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(files));
