// Service: who waits for an answer, by seconds left, with the conversation and the customer beside it.
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { type ReactNode, useCallback, useMemo } from "react";
import { Keys } from "@/ui/Keys.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { useNarrow, usePhone } from "@/pages/decisions/usePhone.ts";
import { useWords } from "@/words/index.ts";
import type { Wanted } from "./data.ts";
import { Desk } from "./Desk.tsx";
import styles from "./Service.module.css";
import { Tabs } from "./Tabs.tsx";

export default function Service(): ReactNode {
  const { t } = useWords();
  const phone = usePhone();
  const narrow = useNarrow();
  const { conversation = "" } = useParams({ strict: false }) as { conversation?: string };
  const { show, channel, mood } = useSearch({ strict: false }) as Wanted;
  const navigate = useNavigate();
  const wanted = useMemo<Wanted>(() => ({ show, channel, mood }), [show, channel, mood]);
  const search = useCallback((parts: Wanted) => (before: object) => ({ ...before, ...parts }) as never, []);
  const onWant = useCallback((parts: Wanted) => void navigate({ to: "/service/{-$conversation}", params: { conversation: undefined }, search: search(parts), replace: true }), [navigate, search]);
  const onChoose = useCallback(
    (id: string) =>
      void (id
        ? navigate({ to: "/service/{-$conversation}", params: { conversation: id }, search: search({}), replace: !phone })
        : navigate({ to: "/service/{-$conversation}", params: { conversation: undefined }, search: search({}) })),
    [navigate, search, phone],
  );
  return (
    <div className={styles.page}>
      {phone && conversation ? <h1 className="ll-hidden">{t("service.title")}</h1> : (
        <PageHead
          title={t("service.title")}
          actions={
            <>
              <Tabs />
              {phone ? null : (
                <Button type="text" onClick={() => window.dispatchEvent(new KeyboardEvent("keydown", { key: "?" }))}>
                  {t("service.keys")} <Keys keys="?" />
                </Button>
              )}
            </>
          }
        />
      )}
      <Desk wanted={wanted} chosen={conversation} phone={phone} narrow={narrow} onWant={onWant} onChoose={onChoose} />
    </div>
  );
}
