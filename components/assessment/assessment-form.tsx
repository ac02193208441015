"use client";

import type { ReactNode } from "react";
import { FormFields } from "#components/form/form-fields.tsx";
import { type FormAction, FormShell } from "#components/form/form-shell.tsx";
import { useSent } from "#components/form/use-sent.tsx";
import { useTyped } from "#components/form/use-typed.tsx";
import { Button, ButtonGroup } from "#components/ui/buttons.tsx";
import { weightedTotal } from "#lib/assessments/rules.ts";
import { scoreInput } from "#lib/assessments/schema.ts";
import { EMPTY_FORM, type Field, text, type Values } from "#lib/form/fields.ts";
import type { Keeping } from "#lib/unsent/rules.ts";

type AssessmentFormProps = {
  action: FormAction;
  fields: readonly Field[];
  /** The answers that each criterion is about, by the name of the criterion's first input. */
  beside: Readonly<Record<string, ReactNode>>;
  criteria: readonly Criterion[];
  keeping: Keeping;
  requestId: string;
  revision: number;
  reference: string;
};
type Criterion = { id: string; weight: number };

/** An assessment with its weighted total below. It works without JavaScript too. */
export default function AssessmentForm(props: AssessmentFormProps) {
  const { action, fields, beside, criteria, keeping, requestId, revision, reference } = props;
  return (
    <FormShell
      sent={useSent(action, EMPTY_FORM, keeping.place.path)}
      requestId={requestId}
      revision={revision}
      keeping={keeping}
      fields={(values, errors) => (
        <>
          <FormFields fields={fields} beside={beside} values={values} errors={errors} />
          <Total begun={values} criteria={criteria} />
        </>
      )}
    >
      <ButtonGroup>
        <Button>Complete assessment</Button>
        <Button kind="secondary" name="intent" value="other">
          Save and finish later
        </Button>
        <a href={`/applications/${reference}`}>Cancel</a>
      </ButtonGroup>
    </FormShell>
  );
}

function Total({ begun, criteria }: { begun: Values; criteria: readonly Criterion[] }) {
  const [place, values] = useTyped(begun);
  const scores = criteria.map(({ id }) => {
    const typed = text(values, scoreInput(id));
    return { criterionId: id, score: typed === "" ? null : Number(typed) };
  });
  const missing = scores.filter(({ score }) => score === null).length;
  return (
    <div ref={place} className="app-total">
      <p>
        Weighted total:{" "}
        <output>
          {missing ? `${missing} of ${criteria.length} scores missing` : `${weightedTotal(criteria, scores)} of 100`}
        </output>
      </p>
    </div>
  );
}
