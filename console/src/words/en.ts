// The first words of English: the shell, the door, the palette and Today.
const files = import.meta.glob<Record<string, string>>("./en/{app,identity,palette,today,ui}.json", { eager: true, import: "default" });

export const catalog: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(files));
