import { type SubmitEvent, useRef, useState } from "react";
import { type SignedOutReason, signIn } from "../../lib/session.ts";
import { usePageTitle } from "../../lib/use-page-title.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { TextInput } from "../../ui/text-input.tsx";
import { SessionPage } from "./session-page.tsx";

const REASONS = {
  none: undefined,
  expired: { title: "Your session has expired", text: "Sign in, and you are back where you were." },
  link: { title: "This sign-in link does not work any more", text: "Sign in with your password, or get a new link." },
} as const satisfies Record<SignedOutReason, unknown>;

type Errors = { email?: string; password?: string; form?: string };

export function SignInPage({ reason }: { reason: SignedOutReason }) {
  usePageTitle("Sign in");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const [isBusy, setIsBusy] = useState(false);
  const emailInput = useRef<HTMLInputElement>(null);
  const passwordInput = useRef<HTMLInputElement>(null);
  const why = REASONS[reason];

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const missing: Errors = {
      ...(email.trim() === "" && { email: "Enter your e-mail address." }),
      ...(password === "" && { password: "Enter your password." }),
    };
    setErrors(missing);
    if (missing.email !== undefined) return emailInput.current?.focus();
    if (missing.password !== undefined) return passwordInput.current?.focus();
    setIsBusy(true);
    try {
      await signIn({ email: email.trim(), password });
    } catch (error) {
      setErrors({ form: error instanceof Error ? error.message : String(error) });
      passwordInput.current?.select();
    } finally {
      setIsBusy(false);
    }
  };

  return (
    <SessionPage title="Sign in to Hatchery">
      {why !== undefined && errors.form === undefined && (
        <Notice tone="info" live="status" title={why.title} className="mb-5">
          {why.text}
        </Notice>
      )}
      {errors.form !== undefined && <Notice tone="danger" live="alert" title={errors.form} className="mb-5" />}
      <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field label="E-mail" error={errors.email}>
          <TextInput
            ref={emailInput}
            type="email"
            name="email"
            autoComplete="username"
            autoFocus
            value={email}
            onValueChange={setEmail}
            className="h-10"
          />
        </Field>
        <Field label="Password" error={errors.password}>
          <TextInput
            ref={passwordInput}
            type="password"
            name="password"
            autoComplete="current-password"
            value={password}
            onValueChange={setPassword}
            className="h-10"
          />
        </Field>
        <Button type="submit" variant="primary" size="lg" isBusy={isBusy} className="mt-2 w-full">
          Sign in
        </Button>
      </form>
      {import.meta.env.DEV && (
        <p className="mt-6 text-balance text-quiet text-xs">
          On your own computer <code className="font-mono">npm start</code> prints an address that signs you in.
        </p>
      )}
    </SessionPage>
  );
}
