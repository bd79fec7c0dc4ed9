// Models: a card for each, what it was asked today and how sure it was, and a form to ask it.
import { Skeleton } from "antd";
import { type ReactNode, useState } from "react";
import { Empty } from "@/ui/Empty.tsx";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { useWords } from "@/words/index.ts";
import { AskDrawer } from "./AskDrawer.tsx";
import { useModels, useQuestions } from "./data.ts";
import { ModelCard } from "./ModelCard.tsx";
import styles from "./Models.module.css";

export default function Models(): ReactNode {
  const { t } = useWords();
  const models = useModels();
  const questions = useQuestions();
  const [asking, setAsking] = useState("");
  return (
    <div className={styles.page}>
      <PageHead title={t("models.title")} about={t("models.about")} />
      <ErrorNote error={models.error ?? questions.error} again={() => void models.refetch()} />
      {models.data?.length === 0 ? <Empty title={t("models.none")}>{t("models.none.what")}</Empty> : null}
      <div className={styles.cards}>
        {models.data
          ? models.data.map((model) => <ModelCard key={`${model.card.question}:${model.card.name}`} model={model} onAsk={() => setAsking(model.card.question)} />)
          : [0, 1, 2, 3].map((n) => <Skeleton key={n} active className={styles.waiting} paragraph={{ rows: 9 }} />)}
      </div>
      <AskDrawer question={questions.data?.find((one) => one.name === asking)} onClose={() => setAsking("")} />
    </div>
  );
}
