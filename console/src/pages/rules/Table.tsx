// One decision table: loaded here, edited in Editor.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { PageHead } from "@/ui/PageHead.tsx";
import { Panel } from "@/ui/Panel.tsx";
import { useWords } from "@/words/index.ts";
import { rules } from "./api.ts";
import { Editor } from "./Editor.tsx";

const DAYS = 30;

export default function Table(): ReactNode {
  const { t } = useWords();
  const { name = "" } = useParams({ strict: false });
  // A draft begins from what is loaded first: what this window remembers of an earlier visit may lack its last changes.
  const { data, error, refetch, isFetchedAfterMount } = useQuery({
    queryKey: ["rules", name, "one"],
    queryFn: () => rules.one(name, DAYS),
    refetchInterval: 15_000,
    refetchOnMount: "always",
  });
  if (data && isFetchedAfterMount) return <Editor key={name} detail={data} reload={async () => (await refetch()).data ?? data} />;
  return (
    <>
      <PageHead title={t("rules.title")} />
      <ErrorNote error={error} again={() => void refetch()} />
      {error ? null : (
        <Panel>
          <Skeleton active paragraph={{ rows: 12 }} />
        </Panel>
      )}
    </>
  );
}
