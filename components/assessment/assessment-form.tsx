"use client";

import { type ReactNode, useActionState, useState } from "react";
import { FormFields } from "#components/form/form-fields.tsx";
import { Answered } from "#components/form/form-parts.tsx";
import type { FormAction } from "#components/form/kept-form.tsx";
import { useAutosave } from "#components/form/use-autosave.tsx";
import { Button, ButtonGroup } from "#components/ui/buttons.tsx";
import { weightedTotal } from "#lib/assessments/rules.ts";
import { scoreInput } from "#lib/assessments/schema.ts";
import { EMPTY_FORM, type Field, text, type Values } from "#lib/form/fields.ts";
import type { KeptAs } from "#lib/unsent/rules.ts";

type AssessmentFormProps = {
  action: FormAction;
  fields: readonly Field[];
  /** By the first input of each criterion: the answers that it is about. */
  beside: Readonly<Record<string, ReactNode>>;
  criteria: readonly { id: string; weight: number }[];
  initial: Values;
  requestId: string;
  revision: number;
  keptAs: KeptAs;
  reference: string;
};

/** An assessment: kept as it is written, its weighted total beside the buttons; the same without JavaScript. */
export default function AssessmentForm(props: AssessmentFormProps) {
  const { action, fields, beside, criteria, initial, requestId, revision, keptAs, reference } = props;
  const [state, send] = useActionState(action, EMPTY_FORM);
  const { form, kept } = useAutosave(keptAs, state.answer);
  const values = state.answer ? state.values : (kept ?? initial);
  const [scored, setScored] = useState<Values>();
  const scores = criteria.map(({ id }) => {
    const typed = text(scored ?? values, scoreInput(id));
    return { criterionId: id, score: typed === "" ? null : Number(typed) };
  });
  const missing = scores.filter(({ score }) => score === null).length;
  const count = () =>
    form.current && setScored(Object.fromEntries(new FormData(form.current)) as Record<string, string>);
  return (
    <>
      <Answered state={state} />
      <form
        action={send}
        noValidate
        ref={form}
        key={`${state.answer ?? 0}${kept ? "kept" : ""}`}
        onChange={count}
        aria-label="Complete assessment"
      >
        <input type="hidden" name="requestId" value={requestId} />
        <input type="hidden" name="revision" value={revision} />
        <input type="hidden" name="shown" />
        <FormFields fields={fields} beside={beside} values={values} errors={state.errors} />
        <div className="app-total">
          <p>
            Weighted total:{" "}
            <output>
              {missing
                ? `${missing} of ${criteria.length} scores missing`
                : `${weightedTotal(criteria, scores)} of 100`}
            </output>
          </p>
          <p role="status" className="app-saved" />
        </div>
        <ButtonGroup>
          <Button>Complete assessment</Button>
          <Button kind="secondary" name="intent" value="other">
            Save and finish later
          </Button>
          <a href={`/applications/${reference}`}>Cancel</a>
        </ButtonGroup>
      </form>
    </>
  );
}
