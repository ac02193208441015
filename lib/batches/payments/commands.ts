import { keepBatch, recordTaken } from "#lib/batches/commands.ts";
import { Questions } from "#lib/form/questions.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { invoiceKey } from "#lib/payments/invoices/rules.ts";
import { recordCreditNote, recordPayment } from "#lib/payments/lines/commands.ts";
import { claimReference } from "#lib/payments/rules.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { invalid } from "#lib/platform/errors.ts";
import type { Sheet } from "#lib/platform/sheet.ts";
import { takeEach } from "#lib/workflow/commands.ts";
import { monthFirst, readAmount, readLines, totalProblem } from "./file/rules.ts";
import { getPaymentBatch, listKnown, RECORDED, STEP, toCorrect } from "./queries.ts";
import { type PreparedLine, prepareLines } from "./rules.ts";
import { AT_LINES, DAY_ORDER_FIELD, type DayOrder, TEXT_MAX, TOTAL_FIELD } from "./schema.ts";

type Request = { requestId: string; remoteAddress?: string };

/**
 * Stores the lines of a finance system's file with the claim that each pays, so that they can be previewed. Nothing is
 * recorded yet. Returns the batch's id; sending the same form twice creates one batch.
 * @throws INVALID where the file cannot be read, with a question where its dates are ambiguous; FORBIDDEN
 */
export async function preparePayments(
  actor: MfatActor,
  request: Request,
  csv: string,
  { order, total }: { order?: DayOrder; total?: string } = {},
): Promise<string> {
  permit(actor, "payment:record");
  if (csv.length > TEXT_MAX) throw invalid({ [AT_LINES]: "The list is too long. Import it in parts" });
  const { lines, problem } = readLines(csv);
  if (problem !== null) throw invalid({ [AT_LINES]: problem });
  const cents = total ? readAmount(total) : null;
  if (total && cents === null)
    throw invalid({ [TOTAL_FIELD.name]: `Enter the total in dollars and cents, like 300,000 or 2500.50` });
  const wrongTotal = totalProblem(lines, cents);
  if (wrongTotal) throw invalid({ [TOTAL_FIELD.name]: wrongTotal });
  const doubt = order ? null : monthFirst(lines);
  if (doubt) {
    const why = `The date on line ${doubt.line}, ${doubt.paidOn}, has the month first. Choose how the dates are written`;
    throw new Questions({ [DAY_ORDER_FIELD.name]: why }, [DAY_ORDER_FIELD]);
  }
  return keepBatch(actor, request, STEP, async (tx) => {
    const prepared = prepareLines(lines, await listKnown(tx, actor, lines), dayOf(now()), order);
    return { values: { lines: prepared }, said: { lines: prepared.length } };
  });
}

/**
 * Records the payment of every line that pays a claim, each in its own transaction, using the step's own command; if
 * one is refused, the others still go ahead. The same batch never pays anything twice.
 * @throws NOT_FOUND, FORBIDDEN
 */
export async function recordPayments(
  actor: MfatActor,
  { remoteAddress }: Pick<Request, "remoteAddress">,
  id: string,
): Promise<void> {
  permit(actor, "payment:record");
  const batch = await getPaymentBatch(actor, id);
  if (batch.recorded) return;
  const request = { requestId: id, ...(remoteAddress && { remoteAddress }) };
  const payable = batch.lines.flatMap(({ line, reference: payment, pays }) =>
    // A claim and its payment occur together in only one line, so they make the line's own request id. A credit note
    // takes off what was paid before.
    pays ? { ...pays, line, payment, application: pays.reference, reference: ownName(pays, payment), revision: 0 } : [],
  );
  const inOrder = [
    ...payable.filter(({ creditNumber }) => !creditNumber),
    ...payable.filter((row) => row.creditNumber),
  ];
  const results = await takeEach(request, inOrder, async (row, own) => {
    // What is paid of a claim is fixed, but the claim before it made the application's page stale.
    const { revision } = await db().application.findUniqueOrThrow({
      where: { reference: row.application },
      select: { revision: true },
    });
    const payment = { claim: String(row.number), paidOn: new Date(`${row.paidOn}T00:00:00Z`), reference: row.payment };
    const cents = row.cents === null ? null : BigInt(row.cents);
    if (!row.creditNumber) {
      await recordPayment(actor, { ...own, revision }, row.application, { ...payment, amount: cents });
      return;
    }
    const credit = { ...payment, amount: -(cents ?? 0n), creditNumber: row.creditNumber, reason: CREDITED };
    await recordCreditNote(actor, { ...own, revision }, row.application, credit);
  });
  const lines = batch.lines.map(({ line, verdict }) => {
    const result = results.find(({ row }) => row.line === line);
    return { line, refusal: result ? result.refusal : { sentence: verdict.sentence, isStale: false } };
  });
  await recordTaken(actor, request, RECORDED, { lines });
}

/** What the agency reads about a credit note from a list. */
const CREDITED = "Taken off the payment, as our finance system has it";

/** What identifies a line within its list. */
const ownName = ({ reference, number, creditNumber }: NonNullable<PreparedLine["pays"]>, payment: string): string =>
  [claimReference(reference, number), invoiceKey(payment), invoiceKey(creditNumber)].filter(Boolean).join(" ");

/** The lines of a list that were not recorded, for a file that leaves the portal. @throws NOT_FOUND, FORBIDDEN */
export async function exportPaymentsToCorrect(
  actor: MfatActor,
  { remoteAddress }: Pick<Request, "remoteAddress">,
  id: string,
): Promise<Sheet> {
  const sheet = toCorrect(await getPaymentBatch(actor, id));
  const data = { rows: sheet.rows.length, marking: sheet.marking };
  await transaction((tx) =>
    recordEvent(tx, {
      event: "payments.exported",
      actor,
      subject: `batch:${id}`,
      data,
      ...(remoteAddress && { remoteAddress }),
    }),
  );
  return sheet;
}
