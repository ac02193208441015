import { DetailedError, Upload } from "tus-js-client";
import { checkFile } from "#lib/documents/rules.ts";
import { FILE_FIELDS } from "#lib/documents/schema.ts";

// Only needed to send a file: in a file of its own, which the page loads when a file is sent.

export type Sending = { fileName: string; percent: number; isWaiting: boolean };

/** What is wrong with a form before it is sent: input name to message. */
export function check(description: string, file: File | null): Record<string, string> {
  const [field] = FILE_FIELDS;
  const problem = file ? checkFile({ fileName: file.name, sizeBytes: file.size }) : "Choose a file";
  return { ...(!description.trim() && { description: field.missing }), ...(problem && { file: problem }) };
}

const PIECE_BYTES = 1_048_576;
const AGAIN_AFTER_MS = 10_000;

/**
 * Sends a file by the tus protocol, continuing from where it stopped; returns the upload's id. It fails only where the
 * server refuses.
 */
export async function sendInPieces(file: File, tell: (sending: Sending) => void): Promise<string> {
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
