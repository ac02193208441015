"use client";

import { type MouseEvent, useState } from "react";
import { ShareTable } from "#components/budget/share-table.tsx";
import { Button, ButtonGroup } from "#components/ui/buttons.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { text, type Values } from "#lib/form/fields.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import {
  type Choice,
  formatTotal,
  mayChange,
  type Obstacle,
  type ReckonedRow,
  type Reckoning,
  type Room,
  type Shared,
  sharesByAgency,
  sharesByFocusArea,
  sharesByPlace,
  tickFromTop,
  workOut,
} from "#lib/scenarios/rules.ts";
import { amountInput, choicesOf, PICK, pickId } from "#lib/scenarios/schema.ts";
import { ChoiceBar, YearTable } from "./choice-years.tsx";

/** An application in the list, in ranking order. `kept`: its values in the saved scenario. */
export type ChooserRow = Omit<Shared, "cents"> & {
  reference: string;
  title: string;
  abbreviation: string;
  total: number | null;
  rank: string;
  tie: string | null;
  measured: string | null;
  requestedCents: bigint;
  years: readonly number[];
  obstacle: Obstacle | null;
  kept: { isChosen: boolean; phasing: Choice["phasing"] };
};

type ChooserProps = {
  rooms: readonly Room[];
  rows: readonly ChooserRow[];
  /** What the round's recommended applications already hold: it counts in the shares. */
  settled: readonly Shared[];
  /** The form's starting values. */
  values: Values;
  errors: Readonly<Record<string, string>>;
  isKept: boolean;
};

/**
 * The round's list with its running totals and shares. Without JavaScript it shows the sums of what was sent last; with
 * it, they follow every tick and keystroke. Both use the same sums (lib/scenarios/rules.ts).
 */
export default function Chooser({ rooms, rows, settled, values, errors, isKept }: ChooserProps) {
  const isFilled = text(values, "intent") === "fill";
  const begun = isFilled ? filled(rows, rooms, values) : choicesFor(rows, values);
  const [typed, setTyped] = useState<{ choices: Choice[]; errors?: Record<string, string> }>();
  const choices = typed?.choices ?? begun;
  const worked = workOut(choices, rooms);
  const here: RowContext = {
    worked,
    values,
    picked: begun.filter(({ isChosen }) => isChosen).map(({ reference }) => reference),
    errors: typed?.errors ?? errors,
    isKept,
  };
  const read = (element: Element) => {
    const form = element.closest("form");
    return form ? typedIn(form) : values;
  };
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    event.preventDefault();
    const now = read(event.currentTarget);
    if (event.currentTarget.value === "work") {
      setTyped({ choices: choicesFor(rows, now), errors: choicesOf(now).errors });
      return;
    }
    const next = filled(rows, rooms, now);
    for (const { reference, isChosen } of next) {
      const box = document.getElementById(pickId(reference)) as HTMLInputElement | null;
      if (box) box.checked = isChosen;
    }
    setTyped({ choices: next });
  };
  return (
    <>
      <h2>Left in each year</h2>
      <YearTable years={worked.years} />
      <h2>Applications by agreed total</h2>
      <p>
        The running total adds the ticked amounts from the top and compares them with what is available in each year.
        Equal totals share a rank: you decide which of them comes first, and say why when you recommend.
      </p>
      <div
        className="choose-list"
        onChange={(event) => setTyped({ choices: choicesFor(rows, read(event.currentTarget)) })}
      >
        <Table
          caption="Applications in the order of their agreed total, with a running total for each financial year"
          hideCaption
          empty="No application of this round is in moderation."
          columns={columnsOf(rooms, here)}
          rows={rows}
          keyOf={({ reference }) => reference}
          total={totalOf(worked)}
        />
      </div>
      {isKept && rows.length > 0 && (
        <ButtonGroup>
          <Button kind="secondary" name="intent" value="work" onClick={press}>
            Update totals
          </Button>
          <Button kind="secondary" name="intent" value="fill" onClick={press}>
            Tick from the top until the money runs out
          </Button>
        </ButtonGroup>
      )}
      <Where rows={rows} worked={worked} settled={settled} />
      <ChoiceBar worked={worked} />
    </>
  );
}

/** The current contents of a form. */
function typedIn(form: HTMLFormElement): Values {
  const data = new FormData(form);
  const values: Record<string, string | string[]> = {};
  for (const name of data.keys()) values[name] = data.getAll(name).map(String);
  return values;
}

/** Each row as ticked and typed; where it cannot be changed here, as in the scenario. */
function choicesFor(rows: readonly ChooserRow[], values: Values): Choice[] {
  const { choices } = choicesOf(values);
  return rows.map(({ reference, obstacle, kept }) => {
    const choice = mayChange(obstacle, kept.isChosen) && choices.find((one) => one.reference === reference);
    return choice || { reference, ...kept };
  });
}

function filled(rows: readonly ChooserRow[], rooms: readonly Room[], values: Values): Choice[] {
  const free = new Set(rows.filter(({ obstacle }) => !obstacle).map(({ reference }) => reference));
  const totals = new Map(rows.map(({ reference, total }) => [reference, total]));
  return tickFromTop(
    choicesFor(rows, values),
    rooms,
    (reference) => free.has(reference),
    (reference) => totals.get(reference) ?? null,
  );
}

type RowContext = {
  worked: Reckoning;
  values: Values;
  picked: readonly string[];
  errors: Readonly<Record<string, string>>;
  isKept: boolean;
};

function columnsOf(rooms: readonly Room[], here: RowContext): Column<ChooserRow>[] {
  return [
    { header: "Rank", isNumeric: true, cell: ({ rank }) => rank },
    { header: "Initiative", isRowHeader: true, cell: (row) => <Initiative row={row} here={here} /> },
    { header: "Total", isNumeric: true, cell: ({ total }) => (total === null ? "–" : formatTotal(total)) },
    ...rooms.map(
      ({ startYear }): Column<ChooserRow> => ({
        header: formatYear(startYear),
        isNumeric: true,
        cell: (row) => <YearCell row={row} startYear={startYear} here={here} />,
      }),
    ),
    { header: "Amount", isNumeric: true, cell: (row) => <Amount row={row} here={here} /> },
  ];
}

const totalOf = ({ years, totalCents }: Reckoning) => [
  "Ticked",
  "",
  "",
  ...years.map(({ chosenCents }) => formatCents(chosenCents)),
  formatCents(totalCents),
];

const reckoned = ({ worked }: RowContext, { reference }: ChooserRow): ReckonedRow | undefined =>
  worked.rows.find((one) => one.reference === reference);

const isFree = ({ isKept }: RowContext, { obstacle, kept }: ChooserRow): boolean =>
  isKept && mayChange(obstacle, kept.isChosen);

function Initiative({ row, here }: { row: ChooserRow; here: RowContext }) {
  const { reference, title, abbreviation, tie, measured, obstacle } = row;
  const error = here.errors[pickId(reference)];
  const isTicked = reckoned(here, row)?.isChosen;
  return (
    <>
      {isFree(here, row) ? (
        <div className="govuk-checkboxes__item choose-pick">
          <input
            className="govuk-checkboxes__input"
            type="checkbox"
            id={pickId(reference)}
            name={PICK}
            value={reference}
            defaultChecked={here.picked.includes(reference)}
            aria-invalid={error ? true : undefined}
          />
          <label className="govuk-label govuk-checkboxes__label" htmlFor={pickId(reference)}>
            {title}
          </label>
        </div>
      ) : (
        <strong>{title}</strong>
      )}
      <span className="app-note app-line">
        <a href={`/applications/${reference}`} className="app-nowrap">
          {reference}
        </a>{" "}
        · {abbreviation}
      </span>
      {tie && <span className="app-note app-line">{tie}</span>}
      {measured && (
        <span className="app-note app-line">
          {measured} <a href={`/applications/${reference}/ask-to-score-again`}>Ask assessors to score it again</a>
        </span>
      )}
      {error && <span className="govuk-error-message">{error}</span>}
      {obstacle && (
        <span className="app-note app-line">
          <strong>{isTicked ? "Ticked, but you cannot recommend it now." : "You cannot tick this."}</strong>{" "}
          {obstacle.text}
        </span>
      )}
    </>
  );
}

function YearCell({ row, startYear, here }: { row: ChooserRow; startYear: number; here: RowContext }) {
  const name = amountInput(row.reference, startYear);
  const running = reckoned(here, row)?.years.find((one) => one.startYear === startYear);
  const isTicked = reckoned(here, row)?.isChosen;
  const error = here.errors[name];
  const isInput = isFree(here, row) && row.years.includes(startYear);
  return (
    <>
      {isInput ? (
        <>
          <label className="govuk-visually-hidden" htmlFor={name}>
            Amount of {row.reference} in {formatYear(startYear)}, in dollars
          </label>
          <input
            className={`govuk-input choose-amount${error ? " govuk-input--error" : ""}`}
            type="text"
            inputMode="decimal"
            autoComplete="off"
            id={name}
            name={name}
            defaultValue={text(here.values, name)}
            aria-invalid={error ? true : undefined}
            aria-describedby={error ? `${name}-error` : undefined}
          />
        </>
      ) : running?.cents ? (
        formatCents(running.cents)
      ) : (
        "–"
      )}
      {error && (
        <span className="govuk-error-message" id={`${name}-error`}>
          {error}
        </span>
      )}
      {isTicked && running && running.cents > 0n && (
        <span className="app-note app-line">
          running total <span className="app-nowrap">{formatCents(running.runningCents)}</span>
          {running.overCents > 0n && <strong className="choose-over">over by {formatCents(running.overCents)}</strong>}
        </span>
      )}
    </>
  );
}

function Amount({ row, here }: { row: ChooserRow; here: RowContext }) {
  const found = reckoned(here, row);
  if (!found) return null;
  const { totalCents, isChosen, isOver } = found;
  return (
    <>
      {totalCents ? formatCents(totalCents) : "–"}
      <span className="app-note app-line">{partInWords(totalCents, row.requestedCents)}</span>
      {isChosen && isOver && (
        <Tag kind="bad">{here.worked.firstOver === found ? "First that does not fit" : "Does not fit"}</Tag>
      )}
      {isChosen && !isOver && totalCents > 0n && <Tag kind="ok">Fits</Tag>}
      {isChosen && totalCents === 0n && <Tag kind="wait">No amount</Tag>}
    </>
  );
}

const partInWords = (cents: bigint, requestedCents: bigint): string =>
  cents === requestedCents ? "as requested" : `${formatCents(requestedCents)} requested`;

type WhereProps = { rows: readonly ChooserRow[]; worked: Reckoning; settled: readonly Shared[] };

/** Shares of what is ticked, together with what the round's applications already hold. */
function Where({ rows, worked, settled }: WhereProps) {
  const ticked = rows.flatMap((row): Shared[] => {
    const found = worked.rows.find(({ reference }) => reference === row.reference);
    return found?.isChosen ? [{ ...row, cents: found.totalCents }] : [];
  });
  const amounts = [...ticked, ...settled];
  const heldCents = sumCents(settled.map(({ cents }) => cents));
  return (
    <section aria-labelledby="where">
      <h2 id="where">Where the money goes</h2>
      <p>
        Includes the ticked amounts, {formatCents(worked.totalCents)}
        {heldCents > 0n && `, and amounts this round’s applications already hold, ${formatCents(heldCents)}`}.
      </p>
      <div className="choose-shares">
        <ShareTable title="By place" of="Place" lines={sharesByPlace(amounts)} />
        <ShareTable title="By agency" of="Agency" lines={sharesByAgency(amounts)} />
        <ShareTable title="By main focus area" of="Focus area" lines={sharesByFocusArea(amounts)} />
      </div>
    </section>
  );
}
