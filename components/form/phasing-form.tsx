"use client";

import { useActionState, useEffect, useState } from "react";
import { Button, ButtonGroup } from "#components/ui/buttons.tsx";
import { phasingOf } from "#lib/decisions/schema.ts";
import { EMPTY_FORM, type Field, text, type Values } from "#lib/form/fields.ts";
import { formatCents, sumCents } from "#lib/platform/money.ts";
import type { Keeping } from "#lib/unsent/rules.ts";
import { FormFields } from "./form-fields.tsx";
import { Answered, Carried } from "./form-parts.tsx";
import type { FormAction } from "./kept-form.tsx";
import { useAutosave } from "./use-autosave.tsx";

type PhasingFormProps = {
  action: FormAction;
  /** An amount for each financial year, and what else is asked. */
  fields: readonly Field[];
  initial: Values;
  kind: "REPHASING" | "COST";
  /** The names of amounts that stay as they are: they count in the total and are not asked. */
  kept: readonly string[];
  /** What the years add up to now. */
  totalCents: bigint;
  requestId: string;
  revision: number;
  submit: string;
  cancelHref: string;
  keeping: Keeping;
};

/** Amounts by financial year with their total: as they are typed, and without JavaScript as they were sent. */
export default function PhasingForm(props: PhasingFormProps) {
  const { action, fields, initial, kind, totalCents, requestId, revision, submit, cancelHref, keeping } = props;
  const [state, send] = useActionState(action, EMPTY_FORM);
  const [typed, setTyped] = useState<Values>();
  const { form, kept } = useAutosave(keeping.keptAs, state.answer);
  // What was typed before this code came counts too.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is filled in again is another form
  useEffect(() => setTyped(typedIn(form.current)), [kept]);
  const values = state.answer ? state.values : (kept ?? keeping.values);
  const amounts = fields.filter((field) => field.kind === "amount");
  const rest = fields.filter((field) => field.kind !== "amount");
  // Not phasedTotal: the budget's rules bring what dates need with them.
  const total = sumCents(phasingOf(typed ?? values).map(({ cents }) => cents));
  return (
    <>
      <Answered state={state} />
      <form
        action={send}
        ref={form}
        noValidate
        key={`${state.answer ?? 0}${kept ? "kept" : ""}`}
        aria-label={submit}
        onChange={({ currentTarget }) => setTyped(typedIn(currentTarget))}
      >
        <input type="hidden" name="requestId" value={requestId} />
        <input type="hidden" name="revision" value={revision} />
        <input type="hidden" name="kind" value={kind} />
        <Carried keeping={keeping} values={values} />
        {props.kept.map((name) => (
          <input key={name} type="hidden" name={name} value={text(initial, name)} />
        ))}
        <FormFields fields={amounts} values={values} errors={state.errors} />
        <dl className="app-totals" aria-live="polite">
          <div>
            <dt>Total now</dt>
            <dd>{formatCents(totalCents)}</dd>
          </div>
          <div>
            <dt>Difference</dt>
            <dd>{difference(total - totalCents)}</dd>
          </div>
          <div className="app-totals-all">
            <dt>Total asked for</dt>
            <dd>{formatCents(total)}</dd>
          </div>
        </dl>
        <FormFields fields={rest} values={values} errors={state.errors} />
        <p role="status" className="app-saved" />
        <ButtonGroup>
          <Button>{submit}</Button>
          <a href={cancelHref}>Cancel</a>
        </ButtonGroup>
      </form>
    </>
  );
}

const typedIn = (form: HTMLFormElement | null): Values | undefined =>
  form ? (Object.fromEntries(new FormData(form)) as Record<string, string>) : undefined;

/** By how much the total changes: a re-phasing with a difference is refused when it is sent. */
function difference(cents: bigint): string {
  if (cents === 0n) return "None";
  return cents > 0n ? `${formatCents(cents)} more` : `${formatCents(-cents)} less`;
}
