// The form of the door: one try at a time, a clear reason when it fails, and a countdown when it has to wait.
import { Button, Input } from "antd";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { ApiError, post } from "@/api/client.ts";
import { useWords } from "@/words/index.ts";
import styles from "./SignIn.module.css";

export interface SignInFormProps {
  readonly way: "password" | "token";
  readonly onDone: () => Promise<void>;
}

export function SignInForm({ way, onDone }: SignInFormProps): ReactNode {
  const { t, say } = useWords();
  const [name, setName] = useState("");
  const [secret, setSecret] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const wait = useCountdown(problem);
  const alert = useRef<HTMLDivElement>(null);
  const ready = secret !== "" && (way === "token" || name.trim() !== "") && wait === 0;
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await post("/session", way === "token" ? { token: secret } : { name: name.trim(), password: secret });
      await onDone();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error);
      setSecret("");
      alert.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  const said = problem ? (wait ? t("identity.wait", { seconds: wait }) : problem.status === 429 ? "" : say(problem.text)) : "";
  return (
    <form className={styles.form} onSubmit={(event) => void send(event)} noValidate>
      {way === "password" ? (
        <label className={styles.field}>
          <span>{t("identity.name")}</span>
          <Input
            size="large"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
      ) : null}
      <label className={styles.field}>
        <span>{t(way === "token" ? "identity.token" : "identity.password")}</span>
        <Input.Password
          size="large"
          name={way === "token" ? "token" : "password"}
          autoComplete={way === "token" ? "off" : "current-password"}
          autoFocus={way === "token"}
          maxLength={1000}
          value={secret}
          onChange={(event) => setSecret(event.target.value)}
          aria-invalid={said !== "" || undefined}
        />
      </label>
      <div ref={alert} role="alert" tabIndex={-1} className={said ? styles.problem : styles.quiet}>
        {said ? (
          <>
            <strong>{said}</strong>
            {problem && !wait ? <span>{say(problem.todo)}</span> : null}
          </>
        ) : null}
      </div>
      <Button type="primary" size="large" htmlType="submit" block loading={busy} disabled={!ready}>
        {t("identity.enter")}
      </Button>
    </form>
  );
}

/** Seconds until the next try counts; 0: now. */
function useCountdown(problem: ApiError | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const until = Date.now() + (problem?.status === 429 ? Math.max(1, problem.retryAfterS) : 0) * 1000;
    const tell = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    tell();
    const timer = setInterval(tell, 250);
    return () => clearInterval(timer);
  }, [problem]);
  return left;
}
