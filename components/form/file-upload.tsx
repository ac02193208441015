"use client";

import { type FormEvent, startTransition, useState } from "react";
import type { Sending } from "#components/browser/upload.ts";
import { Button } from "#components/ui/buttons.tsx";
import { TextField } from "#components/ui/fields.tsx";
import { ErrorMessage } from "#components/ui/form-group.tsx";
import { FILE_FIELDS } from "#lib/documents/schema.ts";
import { EMPTY_FORM, type FormState } from "#lib/form/fields.ts";
import type { Keeping } from "#lib/unsent/rules.ts";
import { FormFields } from "./form-fields.tsx";
import { Answered, Carried, type FormAction } from "./form-shell.tsx";
import { useAutosave } from "./use-autosave.tsx";
import { useSent } from "./use-sent.tsx";

type FileUploadProps = {
  /** Adds a file that was uploaded in pieces. */
  action: FormAction;
  /** Where a browser without JavaScript posts the file. */
  postTo: string;
  /** The result of that post. */
  before: FormState;
  requestId: string;
  hint: string;
  /** The file extensions that can be chosen. */
  accept: string;
  /** What it needs to keep the text typed about a file; the file itself is sent at once. */
  keeping: Keeping;
};

/**
 * One file with its description. It is sent in pieces and continues after the connection was lost, even if somebody
 * left the page and chose the same file again. Without JavaScript it is a plain form.
 */
export function FileUpload({ action, postTo, before, requestId, hint, accept, keeping }: FileUploadProps) {
  const [state, send] = useSent(action, before, keeping.place.path);
  const [own, setOwn] = useState<FormState | null>(null);
  const [sending, setSending] = useState<Sending | null>(null);
  const shown = own ?? state;
  const { form, kept } = useAutosave(keeping.keptAs, undefined);
  const values = state.answer ? state.values : (kept ?? keeping.values);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (sending) return;
    const form = new FormData(event.currentTarget);
    const file = form.get("file");
    const chosen = file instanceof File && file.name ? file : null;
    try {
      const { check, sendInPieces } = await import("#components/browser/upload.ts");
      const errors = check(String(form.get("description") ?? ""), chosen);
      setOwn({ ...EMPTY_FORM, errors, answer: (own?.answer ?? 0) + 1 });
      if (!chosen || Object.keys(errors).length) return;
      setSending({ fileName: chosen.name, percent: 0, isWaiting: false });
      form.set("uploadId", await sendInPieces(chosen, setSending));
      form.set("fileName", chosen.name);
      form.delete("file");
      setOwn(null);
      startTransition(() => send(form));
    } catch {
      const problem = "We could not upload the file. Reload this page, sign in if asked, and choose the file again.";
      setOwn({ ...EMPTY_FORM, problem, answer: (own?.answer ?? 0) + 1 });
    } finally {
      setSending(null);
    }
  };
  return (
    <>
      <Answered state={shown} />
      <form
        action={postTo}
        method="post"
        encType="multipart/form-data"
        onSubmit={submit}
        noValidate
        ref={form}
        key={kept && "kept"}
        aria-label={keeping.place.form}
      >
        <input type="hidden" name="requestId" value={requestId} />
        <Carried keeping={keeping} values={values} />
        <FormFields fields={FILE_FIELDS} values={values} errors={shown.errors} />
        <TextField
          name="file"
          type="file"
          className="govuk-file-upload"
          label="File"
          hint={hint}
          accept={accept}
          error={shown.errors.file}
        />
        {sending && <Progress sending={sending} />}
        <p role="status" className="app-saved" />
        <Button aria-disabled={sending ? true : undefined}>Add file</Button>
      </form>
    </>
  );
}

function Progress({ sending: { fileName, percent, isWaiting } }: { sending: Sending }) {
  const quarter = Math.floor(percent / 25) * 25;
  return (
    <div className="app-upload">
      <progress max={100} value={percent} aria-label={`Upload of ${fileName}`} />
      <p className="app-upload-notes" aria-hidden="true">
        {percent}% sent
      </p>
      <p className="app-upload-notes" role="status">
        {isWaiting ? "The connection was lost. The upload will continue when it is back." : ""}
        <span className="govuk-visually-hidden">{isWaiting ? "" : `${quarter}% of ${fileName} is sent`}</span>
      </p>
    </div>
  );
}

type RemoveFileProps = { action: FormAction; path: string; fileName: string; requestId: string };

/** Removes one file. */
export function RemoveFile({ action, path, fileName, requestId }: RemoveFileProps) {
  const [state, send] = useSent(action, EMPTY_FORM, path);
  return (
    <form action={send} className="app-file-remove" aria-label={`Remove ${fileName}`}>
      <input type="hidden" name="requestId" value={requestId} />
      {state.problem && <ErrorMessage>{state.problem}</ErrorMessage>}
      <Button kind="secondary">
        Remove<span className="govuk-visually-hidden"> {fileName}</span>
      </Button>
    </form>
  );
}
