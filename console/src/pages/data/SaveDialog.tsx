// Keeping a question: its name, what it is for, and whether others see it.
import { Form, Input, Modal, Switch } from "antd";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { post, put } from "@/api/client.ts";
import { ErrorNote } from "@/ui/ErrorNote.tsx";
import { toast } from "@/ui/toast.tsx";
import { useWords } from "@/words/index.ts";
import { type ChartChoice, type QuestionParam, QUESTIONS, type SavedQuestion } from "./api.ts";

export interface SaveDialogProps {
  readonly open: boolean;
  /** The question that is changed; null: a new one is made. */
  readonly question: SavedQuestion | null;
  readonly sql: string;
  readonly params: readonly QuestionParam[];
  readonly chart: ChartChoice;
  readonly onSaved: (question: SavedQuestion) => void;
  readonly onCancel: () => void;
}

export function SaveDialog(props: SaveDialogProps): ReactNode {
  // Each opening is a component of its own: nothing that comes from the server takes back what is being typed.
  const [opened, setOpened] = useState(0);
  const [was, setWas] = useState(props.open);
  if (was !== props.open) {
    setWas(props.open);
    if (props.open) setOpened(opened + 1);
  }
  return <Opened key={opened} {...props} />;
}

function Opened({ open, question, sql, params, chart, onSaved, onCancel }: SaveDialogProps): ReactNode {
  const { t, say } = useWords();
  const client = useQueryClient();
  const [name, setName] = useState(question ? say(question.name) : "");
  const [description, setDescription] = useState(question ? say(question.description) : "");
  const [shared, setShared] = useState(question?.shared ?? false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const send = async () => {
    if (busy || !name.trim()) return;
    setBusy(true);
    const draft = { name: name.trim(), description: description.trim(), sql, params, chart, shared, base: question?.version ?? 0 };
    try {
      const saved = question ? await put<SavedQuestion>(`/data/questions/${question.id}`, draft) : await post<SavedQuestion>("/data/questions", draft);
      void client.invalidateQueries({ queryKey: QUESTIONS });
      toast({ text: t("data.save.done", { name: saved.name.en, version: String(saved.version) }), tone: "good" });
      onSaved(saved);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open={open} title={t(question ? "data.save.change" : "data.save.new")} okText={t("data.save")} cancelText={t("ui.cancel")} okButtonProps={{ disabled: !name.trim(), loading: busy }} onOk={() => void send()} onCancel={onCancel} destroyOnHidden>
      <Form layout="vertical" onFinish={() => void send()}>
        <Form.Item label={t("data.save.name")} htmlFor="question-name" required>
          <Input id="question-name" autoFocus maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        </Form.Item>
        <Form.Item label={t("data.save.description")} htmlFor="question-about">
          <Input.TextArea id="question-about" rows={2} maxLength={2000} value={description} onChange={(event) => setDescription(event.target.value)} />
        </Form.Item>
        <Form.Item label={t("data.save.shared")} htmlFor="question-shared" extra={t("data.save.shared.what")}>
          <Switch id="question-shared" checked={shared} onChange={setShared} />
        </Form.Item>
      </Form>
      <ErrorNote error={problem} />
    </Modal>
  );
}
