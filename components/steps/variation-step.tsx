import { randomUUID } from "node:crypto";
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
import { formatCents, formatYear, plainCents, sumCents } from "#lib/platform/money.ts";
import { getAgreed } from "#lib/variations/queries.ts";
import { type Agreed, type HeldYear, isVariationKind, KINDS, VARIATION_KINDS } from "#lib/variations/rules.ts";
import { variationFields } from "#lib/variations/schema.ts";
import { VARIATION_STEPS } from "#lib/variations/steps.ts";
import { LazyPhasingForm } from "./lazy-step-parts.tsx";

type VariationStepProps = {
  actor: Actor;
  application: ApplicationHeader;
  /** As the address has it: the kind that was chosen. */
  kind: string | undefined;
  action: FormAction;
};

/** First which kind of change it is, then what that kind asks, beside what is agreed now. */
export async function VariationStep({ actor, application, kind, action }: VariationStepProps) {
  const agreed = await getAgreed(actor, application.id);
  if (!kind || !isVariationKind(kind)) return <Kinds reference={application.reference} />;
  const path = `/applications/${application.reference}`;
  const common = {
    action,
    fields: variationFields(
      kind,
      agreed.years.filter((year) => !isKept(kind, year)).map(({ startYear }) => startYear),
    ),
    initial: initialOf(kind, agreed),
    requestId: randomUUID(),
    revision: application.revision,
    submit: VARIATION_STEPS.askForVariation.label,
    cancelHref: path,
  };
  return (
    <>
      <p>
        <strong>{KINDS[kind].label}.</strong> {KINDS[kind].hint}.{" "}
        <a href={stepPath(application.reference, "askForVariation")}>Choose another kind of variation</a>
      </p>
      {kind === "REPHASING" || kind === "COST" ? (
        <>
          <HeldTable agreed={agreed} />
          {agreed.years.some(({ isOpen }) => !isOpen) && (
            <p>
              You cannot add money to a year that has ended.
              {kind === "REPHASING" &&
                " You can move its money to a later year until it is closed. After that, you cannot."}
            </p>
          )}
          <Narrow>
            <LazyPhasingForm
              {...common}
              kind={kind}
              totalCents={totalOf(agreed)}
              keeping={await keepTyping(common.submit, common.fields, common.initial)}
              kept={agreed.years.filter((year) => isKept(kind, year)).map(({ startYear }) => `phasing${startYear}`)}
            />
          </Narrow>
        </>
      ) : (
        <Narrow>
          {kind === "TIME" && (
            <p>It currently ends on {formatDay(agreed.endsOn)}. Reports that are due move with the end date.</p>
          )}
          <Form {...common}>
            <input type="hidden" name="kind" value={kind} />
          </Form>
        </Narrow>
      )}
    </>
  );
}

function Kinds({ reference }: { reference: string }) {
  return (
    <>
      <h2>What do you want to change?</h2>
      <p>You can have one variation open at a time. MFAT approves or declines it and emails you the outcome.</p>
      <ul className="app-plain">
        {VARIATION_KINDS.map((kind) => (
          <li key={kind}>
            <a href={`${stepPath(reference, "askForVariation")}?kind=${kind}`}>{KINDS[kind].label}</a>
            <span className="app-note app-line">{KINDS[kind].hint}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** A re-phasing leaves a closed year as it is. */
const isKept = (kind: VariationKind, { isClosed }: HeldYear): boolean => kind === "REPHASING" && isClosed;

const totalOf = ({ years }: Agreed): bigint => sumCents(years.map(({ committedCents }) => committedCents));

function initialOf(kind: VariationKind, { scope, years }: Agreed): Values {
  if (kind === "TIME") return {};
  if (kind === "SCOPE") return { scope };
  return Object.fromEntries(
    years.map(({ startYear, committedCents }) => [
      `phasing${startYear}`,
      committedCents ? plainCents(committedCents) : "",
    ]),
  );
}

/** What each year holds, and how much of it has to stay. */
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
