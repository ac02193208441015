"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { FormFields } from "#components/form/form-fields.tsx";
import { FormShell } from "#components/form/form-shell.tsx";
import { useSent } from "#components/form/use-sent.tsx";
import { Button } from "#components/ui/buttons.tsx";
import { TextArea, TextField } from "#components/ui/fields.tsx";
import { AT_LINES, linesIn, PAYMENT_LINES_FIELDS, TEXT_MAX, TOTAL_FIELD } from "#lib/batches/payments/schema.ts";
import { EMPTY_FORM } from "#lib/form/fields.ts";
import { decodeText } from "#lib/platform/text.ts";
import type { Keeping } from "#lib/unsent/rules.ts";
import { preparePayments } from "./actions.ts";

/**
 * Lines from a finance system, pasted or in a file. A chosen file is read into the field above it. The field may start
 * with lines of an earlier list that need to be corrected.
 */
export function PaymentLinesForm({ requestId, keeping }: { requestId: string; keeping: Keeping }) {
  const sent = useSent(preparePayments, EMPTY_FORM, keeping.place.path);
  const [{ questions = [] }] = sent;
  const [isTooBig, setTooBig] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const [{ label, hint, rows }] = PAYMENT_LINES_FIELDS;

  const read = useCallback(async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (!file || !area.current) return;
    setTooBig(file.size > TEXT_MAX);
    if (file.size <= TEXT_MAX) area.current.value = decodeText(new Uint8Array(await file.arrayBuffer()));
    // What is in the field is what is sent.
    input.value = "";
    area.current.dispatchEvent(new Event("input", { bubbles: true }));
  }, []);
  // Somebody may choose a file before this script has loaded.
  useEffect(() => {
    const input = area.current?.form?.elements.namedItem("file");
    if (input instanceof HTMLInputElement) read(input);
  }, [read]);
  return (
    <FormShell
      sent={sent}
      requestId={requestId}
      keeping={keeping}
      fields={(values, errors) => (
        <>
          <TextArea
            ref={area}
            name={AT_LINES}
            label={label}
            hint={hint}
            rows={rows}
            spellCheck={false}
            defaultValue={linesIn(values)}
            error={errors[AT_LINES]}
          />
          <TextField
            name="file"
            type="file"
            className="govuk-file-upload"
            label="File"
            hint="CSV, with headers"
            optional
            accept=".csv,.txt,text/csv,text/plain"
            onChange={({ target }) => read(target)}
            error={isTooBig ? "The file is too big. Import the list in parts" : undefined}
          />
          <FormFields fields={[TOTAL_FIELD, ...questions]} values={values} errors={errors} />
        </>
      )}
    >
      <Button>Preview payments</Button>
    </FormShell>
  );
}
