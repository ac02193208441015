import { randomUUID } from "node:crypto";
import { Fragment } from "react";
import { Form, type FormAction } from "#components/form/form.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { Table } from "#components/ui/table.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { keepTyping } from "#lib/auth/own-unsent.ts";
import type { Values } from "#lib/form/fields.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { formatDay } from "#lib/platform/dates.ts";
import type { VariationKind } from "#lib/platform/db/generated/enums.ts";
import { formatCents, formatYear, sumCents, typedCents } from "#lib/platform/money.ts";
import { getAgreed } from "#lib/variations/queries.ts";
import { type Agreed, type HeldYear, KINDS, leadingKind, VARIATION_KINDS } from "#lib/variations/rules.ts";
import { readKinds, variationFields } from "#lib/variations/schema.ts";
import { VARIATION_STEPS } from "#lib/variations/steps.ts";
import { LazyPhasingForm } from "./lazy-step-parts.tsx";

type VariationStepProps = {
  actor: Actor;
  application: ApplicationHeader;
  /** The kinds of variation chosen so far, from the address. */
  kind: string | string[] | undefined;
  action: FormAction;
};

/** First the choice of a kind of change; then the fields of the chosen kinds, next to what is currently agreed. */
export async function VariationStep({ actor, application, kind = [], action }: VariationStepProps) {
  const { reference } = application;
  const agreed = await getAgreed(actor, application.id);
  const kinds = readKinds({ kind });
  const leading = leadingKind(kinds);
  if (!leading) return <Kinds reference={reference} />;
  const fields = variationFields(
    kinds,
    agreed.years.filter((year) => !isKept(leading, year)).map(({ startYear }) => startYear),
  );
  const common = {
    action,
    fields,
    initial: initialOf(kinds, agreed),
    requestId: randomUUID(),
    revision: application.revision,
    submit: VARIATION_STEPS.askForVariation.label,
    cancelHref: `/applications/${reference}`,
  };
  return (
    <>
      <Chosen reference={reference} kinds={kinds} />
      {kinds.includes("TIME") && (
        <p>It currently ends on {formatDay(agreed.endsOn)}. Reports that are due move with the end date.</p>
      )}
      {leading === "REPHASING" || leading === "COST" ? (
        <>
          <HeldTable agreed={agreed} />
          {agreed.years.some(({ isOpen }) => !isOpen) && (
            <p>
              You cannot add money to a year that has ended.
              {leading === "REPHASING" &&
                " You can move its money to a later year until it is closed. After that, you cannot."}
            </p>
          )}
          <Narrow>
            <LazyPhasingForm
              {...common}
              kinds={kinds}
              totalCents={totalOf(agreed)}
              keeping={await keepTyping(common.submit, fields, common.initial)}
              kept={agreed.years.filter((year) => isKept(leading, year)).map(({ startYear }) => `phasing${startYear}`)}
            />
          </Narrow>
        </>
      ) : (
        <Narrow>
          <Form {...common}>
            {kinds.map((one) => (
              <input key={one} type="hidden" name="kind" value={one} />
            ))}
          </Form>
        </Narrow>
      )}
    </>
  );
}

const kindsHref = (reference: string, kinds: readonly VariationKind[]): string =>
  `${stepPath(reference, "askForVariation")}?${new URLSearchParams(kinds.map((kind) => ["kind", kind]))}`;

/** What is asked for, and what else can be added to the same variation. */
function Chosen({ reference, kinds }: { reference: string; kinds: VariationKind[] }) {
  const more = VARIATION_KINDS.filter((kind) => !kinds.includes(kind) && leadingKind([...kinds, kind]));
  return (
    <>
      {kinds.map((kind) => (
        <p key={kind}>
          <strong>{KINDS[kind].label}.</strong> {KINDS[kind].hint}.
        </p>
      ))}
      {more.length > 0 && (
        <p>
          Ask for more in the same variation:{" "}
          {more.map((kind, index) => (
            <Fragment key={kind}>
              {index > 0 && " · "}
              <a href={kindsHref(reference, [...kinds, kind])}>Add {KINDS[kind].label.toLowerCase()}</a>
            </Fragment>
          ))}
        </p>
      )}
      <p>
        <a href={stepPath(reference, "askForVariation")}>Choose another kind of variation</a>
      </p>
    </>
  );
}

function Kinds({ reference }: { reference: string }) {
  return (
    <>
      <h2>What do you want to change?</h2>
      <p>
        You can have one variation open at a time, and ask for several changes in it. MFAT approves or declines it and
        emails you the outcome.
      </p>
      <ul className="app-plain">
        {VARIATION_KINDS.map((kind) => (
          <li key={kind}>
            <a href={kindsHref(reference, [kind])}>{KINDS[kind].label}</a>
            <span className="app-note app-line">{KINDS[kind].hint}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** A re-phasing leaves a closed year unchanged. */
const isKept = (kind: VariationKind, { isClosed }: HeldYear): boolean => kind === "REPHASING" && isClosed;

const totalOf = ({ years }: Agreed): bigint => sumCents(years.map(({ committedCents }) => committedCents));

function initialOf(kinds: readonly VariationKind[], { scope, years }: Agreed): Values {
  const amounts = years.map(({ startYear, committedCents }) => [
    `phasing${startYear}`,
    committedCents ? typedCents(committedCents) : "",
  ]);
  return { ...(kinds.includes("SCOPE") && { scope }), ...Object.fromEntries(amounts) };
}

/** What each year holds, and how much of it cannot be moved. */
function HeldTable({ agreed }: { agreed: Agreed }) {
  return (
    <Table
      caption="Agreed amounts by financial year. Amounts already paid or claimed stay in their year"
      onPhone="stack"
      rows={agreed.years}
      keyOf={({ startYear }) => String(startYear)}
      columns={[
        {
          header: "Financial year",
          isRowHeader: true,
          cell: ({ startYear, isOpen, isClosed }) =>
            `${formatYear(startYear)}${isClosed ? ", closed" : isOpen ? "" : ", ended"}`,
        },
        { header: "Committed", isNumeric: true, cell: ({ committedCents }) => formatCents(committedCents) },
        { header: "Paid or claimed", isNumeric: true, cell: ({ boundCents }) => formatCents(boundCents) },
      ]}
      total={[
        "Total",
        formatCents(totalOf(agreed)),
        formatCents(sumCents(agreed.years.map(({ boundCents }) => boundCents))),
      ]}
    />
  );
}
