"use client";

import { Button, ButtonGroup } from "#components/ui/buttons.tsx";
import { phasingOf } from "#lib/decisions/schema.ts";
import { EMPTY_FORM, type Field, text, type Values } from "#lib/form/fields.ts";
import { formatCents, sumCents } from "#lib/platform/money.ts";
import type { Keeping } from "#lib/unsent/rules.ts";
import { FormFields } from "./form-fields.tsx";
import { type FormAction, FormShell } from "./form-shell.tsx";
import { useSent } from "./use-sent.tsx";
import { useTyped } from "./use-typed.tsx";

type PhasingFormProps = {
  action: FormAction;
  /** An amount for each financial year, and the other fields. */
  fields: readonly Field[];
  initial: Values;
  kinds: readonly string[];
  /** The names of amounts that are fixed: they count in the total and have no field. */
  kept: readonly string[];
  /** The total of all years at present. */
  totalCents: bigint;
  requestId: string;
  revision: number;
  submit: string;
  cancelHref: string;
  keeping: Keeping;
};

/** Amounts by financial year with their total: updated while typing, or without JavaScript when sent. */
export default function PhasingForm(props: PhasingFormProps) {
  const { action, fields, initial, kinds, kept, totalCents, requestId, revision, submit, cancelHref, keeping } = props;
  const first = fields.findIndex((field) => field.kind === "amount");
  const amounts = fields.filter((field) => field.kind === "amount");
  const rest = fields.slice(first + amounts.length);
  return (
    <FormShell
      sent={useSent(action, EMPTY_FORM, keeping.place.path)}
      requestId={requestId}
      revision={revision}
      keeping={keeping}
      fields={(values, errors) => (
        <>
          {kinds.map((kind) => (
            <input key={kind} type="hidden" name="kind" value={kind} />
          ))}
          {kept.map((name) => (
            <input key={name} type="hidden" name={name} value={text(initial, name)} />
          ))}
          <FormFields fields={fields.slice(0, first)} values={values} errors={errors} />
          <FormFields fields={amounts} values={values} errors={errors} />
          <Totals begun={values} totalCents={totalCents} />
          <FormFields fields={rest} values={values} errors={errors} />
        </>
      )}
    >
      <ButtonGroup>
        <Button>{submit}</Button>
        <a href={cancelHref}>Cancel</a>
      </ButtonGroup>
    </FormShell>
  );
}

function Totals({ begun, totalCents }: { begun: Values; totalCents: bigint }) {
  const [place, values] = useTyped(begun);
  // Not phasedTotal: importing the budget's rules would also load what dates need.
  const total = sumCents(phasingOf(values).map(({ cents }) => cents));
  return (
    <dl ref={place} className="app-totals" aria-live="polite">
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
  );
}

/** By how much the total changes. A re-phasing that changes it is refused when it is sent. */
function difference(cents: bigint): string {
  if (cents === 0n) return "None";
  return cents > 0n ? `${formatCents(cents)} more` : `${formatCents(-cents)} less`;
}
