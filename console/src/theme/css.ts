// The tokens as CSS variables: `--ll-ground`, `--ll-text-second`, `--ll-space-4`, …
import { dark, font, light, motion, type Palette, radius, space, type } from "./tokens.ts";

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function colours(palette: Palette): string[] {
  return Object.entries(palette).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.map((colour, n) => `--ll-${kebab(name)}-${n + 1}: ${colour};`)
      : [`--ll-${kebab(name)}: ${value};`],
  );
}

/** The style sheet of both themes. */
export function css(): string {
  const fixed = [
    `--ll-font: ${font.text};`,
    `--ll-font-code: ${font.code};`,
    ...Object.entries(type).flatMap(([name, [size, line]]) => [
      `--ll-size-${name}: ${size}px;`,
      `--ll-line-height-${name}: ${line}px;`,
    ]),
    ...Object.entries(space).map(([step, px]) => `--ll-space-${step}: ${px}px;`),
    ...Object.entries(radius).map(([name, px]) => `--ll-radius-${name}: ${px}px;`),
    ...Object.entries(motion).map(([name, ms]) => `--ll-motion-${name}: ${ms}ms;`),
  ];
  return [
    `:root { color-scheme: light; ${fixed.join(" ")} ${colours(light).join(" ")} }`,
    `:root[data-theme="dark"] { color-scheme: dark; ${colours(dark).join(" ")} }`,
  ].join("\n");
}
