// Who is signed in, with the way to their settings and out.
import { UserOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Dropdown } from "antd";
import type { ReactNode } from "react";
import { del } from "@/api/client.ts";
import { stream } from "@/live/stream.ts";
import { useWords } from "@/words/index.ts";
import { SESSION, useSession } from "./session.ts";

export function Who(): ReactNode {
  const { t, maybe } = useWords();
  const session = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    await del("/session");
    stream.close();
    client.clear();
    client.setQueryData(SESSION, null);
  };
  const role = maybe(`app.role.${session.role}`, session.role);
  const local = session.via === "local";
  const items = [
    { key: "role", label: local ? t("app.who.local") : `${session.name} · ${role}`, disabled: true },
    { type: "divider" as const },
    { key: "settings", label: t("app.who.settings"), onClick: () => void navigate({ to: "/settings" }) },
    ...(session.via === "session" ? [{ key: "leave", label: t("app.who.leave"), onClick: () => void leave() }] : []),
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <Button type="text" icon={<UserOutlined />} aria-label={t("app.who", { name: local ? t("app.who.local") : session.name })} />
    </Dropdown>
  );
}
