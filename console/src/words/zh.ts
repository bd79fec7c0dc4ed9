// The first words of Chinese: the shell, the door, the palette and Today.
const files = import.meta.glob<Record<string, string>>("./zh/{app,identity,palette,today,ui}.json", { eager: true, import: "default" });

export const catalog: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(files));
