"use client";

import { type FormEvent, startTransition, useActionState, useState } from "react";
import { checkFile, FILE_ACCEPT, FILE_LABELS } from "../lib/documents/rules.ts";
import { FILE_FIELDS } from "../lib/documents/schema.ts";
import { EMPTY_FORM, type FormState } from "../lib/fields.ts";
import type { FormAction } from "./form.tsx";
import { FormFields } from "./form-fields.tsx";
import { Button } from "./ui/buttons.tsx";
import { ErrorSummary } from "./ui/error-summary.tsx";
import { TextField } from "./ui/fields.tsx";
import { ErrorMessage } from "./ui/form-group.tsx";

type FileUploadProps = {
  /** Takes on a file that was uploaded in pieces. */
  action: FormAction;
  /** Where a browser without JavaScript posts the file. */
  postTo: string;
  /** What came of that. */
  before: FormState;
  requestId: string;
};

type Sending = { fileName: string; percent: number; isWaiting: boolean };

/** One file with its description. It is sent in pieces, and goes on by itself where the connection was lost, also after
 * the page was left and the same file is chosen again. Without JavaScript it is a plain form. */
export function FileUpload({ action, postTo, before, requestId }: FileUploadProps) {
  const [state, send] = useActionState(action, before);
  const [own, setOwn] = useState<FormState | null>(null);
  const [sending, setSending] = useState<Sending | null>(null);
  const shown = own ?? state;

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (sending) return;
    const form = new FormData(event.currentTarget);
    const file = form.get("file");
    const chosen = file instanceof File && file.name ? file : null;
    const errors = check(String(form.get("description") ?? ""), chosen);
    setOwn({ ...EMPTY_FORM, errors, answer: (own?.answer ?? 0) + 1 });
    if (!chosen || Object.keys(errors).length) return;
    try {
      setSending({ fileName: chosen.name, percent: 0, isWaiting: false });
      form.set("uploadId", await sendInPieces(chosen, setSending));
      form.set("fileName", chosen.name);
      form.delete("file");
      setOwn(null);
      startTransition(() => send(form));
    } catch {
      const problem = "The file could not be sent. Reload this page, sign in if it asks you to, and choose it again.";
      setOwn({ ...EMPTY_FORM, problem, answer: (own?.answer ?? 0) + 1 });
    } finally {
      setSending(null);
    }
  };
  return (
    <>
      <ErrorSummary errors={shown.errors} problem={shown.problem} />
      <form action={postTo} method="post" encType="multipart/form-data" onSubmit={submit} noValidate>
        <input type="hidden" name="requestId" value={requestId} />
        <FormFields fields={FILE_FIELDS} values={state.values} errors={shown.errors} />
        <TextField
          name="file"
          type="file"
          className="govuk-file-upload"
          label="File"
          hint={`${FILE_LABELS}, 25 MB at most`}
          accept={FILE_ACCEPT}
          error={shown.errors.file}
        />
        {sending && <Progress sending={sending} />}
        <Button aria-disabled={sending ? true : undefined}>Add file</Button>
      </form>
    </>
  );
}

function check(description: string, file: File | null): Record<string, string> {
  const [field] = FILE_FIELDS;
  const problem = file ? checkFile({ fileName: file.name, sizeBytes: file.size }) : "Choose a file";
  return { ...(!description.trim() && { description: field.missing }), ...(problem && { file: problem }) };
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
        {isWaiting ? "The connection was lost. The upload goes on by itself when it is back." : ""}
        <span className="govuk-visually-hidden">{isWaiting ? "" : `${quarter}% of ${fileName} is sent`}</span>
      </p>
    </div>
  );
}

const PIECE_BYTES = 1_048_576;
const AGAIN_AFTER_MS = 10_000;

/** Sends a file by the tus protocol, from where it stopped; answers the upload's id. Only a refusal makes it fail. */
async function sendInPieces(file: File, tell: (sending: Sending) => void): Promise<string> {
  const { Upload, DetailedError } = await import("tus-js-client");
  const isLost = (error: Error) =>
    error instanceof DetailedError && (error.originalResponse?.getStatus() || 500) >= 500;
  let percent = 0;
  return new Promise((done, fail) => {
    const goOn = () => {
      tell({ fileName: file.name, percent, isWaiting: true });
      const again = () => {
        clearTimeout(timer);
        window.removeEventListener("online", again);
        upload.start();
      };
      const timer = setTimeout(again, AGAIN_AFTER_MS);
      window.addEventListener("online", again);
    };
    const upload = new Upload(file, {
      endpoint: "/api/uploads",
      chunkSize: PIECE_BYTES,
      retryDelays: [0, 1_000, 3_000],
      removeFingerprintOnSuccess: true,
      onProgress: (sent, total) => {
        percent = Math.floor((sent / total) * 100);
        tell({ fileName: file.name, percent, isWaiting: false });
      },
      onSuccess: () => done(upload.url?.split("/").at(-1) ?? ""),
      onError: (error) => (isLost(error) ? goOn() : fail(error)),
    });
    upload.findPreviousUploads().then((found) => {
      const last = found.at(-1);
      if (last) upload.resumeFromPreviousUpload(last);
      upload.start();
    }, fail);
  });
}

type RemoveFileProps = { action: FormAction; fileName: string; requestId: string };

/** Takes one file out. */
export function RemoveFile({ action, fileName, requestId }: RemoveFileProps) {
  const [state, send] = useActionState(action, EMPTY_FORM);
  return (
    <form action={send} className="app-file-remove">
      <input type="hidden" name="requestId" value={requestId} />
      {state.problem && <ErrorMessage>{state.problem}</ErrorMessage>}
      <Button kind="secondary">
        Remove<span className="govuk-visually-hidden"> {fileName}</span>
      </Button>
    </form>
  );
}
