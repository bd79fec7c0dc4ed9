// A browser's name in a few words, from what it says of itself.
const BROWSERS = [
  ["Edg/", "Edge"],
  ["MicroMessenger", "WeChat 微信"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;
const SYSTEMS = [
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["Linux", "Linux"],
] as const;

/** "Chrome · macOS", or what of it is known; a program says its own name. */
export function browserOf(agent: string): string {
  const find = (known: readonly (readonly [string, string])[]) => known.find(([mark]) => agent.includes(mark))?.[1];
  const told = [find(BROWSERS), find(SYSTEMS)].filter(Boolean).join(" · ");
  return told || agent.split(/[\s/]/)[0] || "";
}
