// Keys of the keyboard as small caps beside what they do; hidden where there is no keyboard.
import type { ReactNode } from "react";
import styles from "./Keys.module.css";

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** `keys`: "A", "Enter", "mod+K" (⌘ on a Mac, Ctrl elsewhere). */
export function Keys({ keys }: { keys: string }): ReactNode {
  return (
    <span className={styles.keys} aria-hidden="true">
      {keys.split("+").map((key) => (
        <kbd key={key} className={styles.key}>
          {key === "mod" ? (MAC ? "⌘" : "Ctrl") : key}
        </kbd>
      ))}
    </span>
  );
}
