// The start: the reader's words, then the application.
import "virtual:tokens.css";
import "./theme/base.css";
import { createRoot } from "react-dom/client";
import { carry } from "@/api/client.ts";
import { App } from "@/app/App.tsx";
import { kept } from "@/app/preferences.ts";
import { loadCatalog } from "@/words/index.ts";

const preferences = kept();
carry({ lang: preferences.lang });
const catalog = await loadCatalog(preferences.lang);
const place = document.getElementById("root");
if (place) createRoot(place).render(<App first={preferences} catalog={catalog} />);
