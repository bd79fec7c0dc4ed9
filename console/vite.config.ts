// How the console is built: one folder of static files that faces/api/pages.py serves.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { css } from "./src/theme/css.ts";

const TOKENS = "virtual:tokens.css";
/** Small parts of the ui kit that nearly every page shows, Today among them; the large ones come with who uses them. */
const KIT = /src\/(format|live|ui\/(Empty|ErrorNote|Figure|Keys|Left|Money|PageHead|Panel|Spark|SqlPeek|StatusTag|ThingLink|Tone|Trend|When|useKeys|useSize))\b/;

/** CSS variables made from the one token file. */
function tokens(): Plugin {
  return {
    name: "linkloop-tokens",
    resolveId: (id) => (id === TOKENS ? `\0${TOKENS}` : undefined),
    load: (id) => (id === `\0${TOKENS}` ? css() : undefined),
  };
}

export default defineConfig({
  plugins: [react(), tokens()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../src/linkloop/faces/console/built",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    // Few files: each costs a round trip and its head. What every page starts with is one, what nearly every page shows another.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "base", tags: ["$initial"], priority: 2 },
            { name: "kit", test: KIT, priority: 1 },
          ],
        },
      },
    },
  },
  worker: { format: "es" },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/healthz", "/metrics"].map((path) => [path, "http://127.0.0.1:8787"]),
    ),
  },
});
