// Who is signed in, with the way to their settings and out.
import { UserOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { type ReactNode, useRef, useState } from "react";
import { del } from "@/api/client.ts";
import { stream } from "@/live/stream.ts";
import { useWords } from "@/words/index.ts";
import { SESSION, useSession } from "./session.ts";
import styles from "./Who.module.css";

export function Who(): ReactNode {
  const { t, maybe } = useWords();
  const session = useSession();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const local = session.via === "local";
  const named = local ? t("app.who.local") : session.name;
  const leave = async () => {
    await del("/session");
    stream.close();
    client.clear();
    client.setQueryData(SESSION, null);
  };
  return (
    <div
      ref={place}
      className={styles.who}
      onKeyDown={(event) => {
        if (event.key === "Escape") setOpen(false);
      }}
      onBlur={(event) => {
        if (!place.current?.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={t("app.who", { name: named })} aria-expanded={open} onClick={() => setOpen(!open)} />
      {open ? (
        <div className={styles.menu}>
          <p className={styles.name}>{named}</p>
          {local ? null : <p className={styles.role}>{maybe(`app.role.${session.role}`, session.role)}</p>}
          <Link to="/settings" className={styles.item} onClick={() => setOpen(false)}>
            {t("app.who.settings")}
          </Link>
          {session.via === "session" ? (
            <button type="button" className={styles.item} onClick={() => void leave()}>
              {t("app.who.leave")}
            </button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
