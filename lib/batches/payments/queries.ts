import { z } from "zod";
import { UUID } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { invoiceKey } from "#lib/payments/invoices/rules.ts";
import { LINES, listPaidWith } from "#lib/payments/lines/queries.ts";
import { joinProblem } from "#lib/payments/lines/rules.ts";
import { openCentsOf } from "#lib/payments/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { Marking } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { Sheet } from "#lib/platform/sheet.ts";
import { type FileLine, readClaimReference } from "./file/rules.ts";
import { type Known, type PreparedLine, type Verdict, verdictOf, worklistSheet } from "./rules.ts";

export const STEP = "recordPayment";

/** The claims that lines of a file may be for. */
export async function listKnown(tx: Tx, actor: MfatActor, lines: readonly FileLine[]): Promise<Known[]> {
  const references = [...new Set(lines.flatMap(({ claim }) => readClaimReference(claim)?.reference ?? []))];
  const invoices = [...new Set(lines.map(({ invoice }) => invoiceKey(invoice)).filter(Boolean))];
  const byInvoice = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Claim" WHERE invoice_key("invoiceNumber") = ANY(${invoices}::text[])`;
  const claims = await tx.claim.findMany({
    where: {
      OR: [
        { application: { ...scopeOf(actor), reference: { in: references } } },
        { application: scopeOf(actor), id: { in: byInvoice.map(({ id }) => id) } },
      ],
    },
    select: {
      id: true,
      number: true,
      state: true,
      startYear: true,
      year: { select: { cutoffOn: true, closedAt: true } },
      decidedAt: true,
      cents: true,
      paidCents: true,
      backCents: true,
      lines: LINES,
      gstCents: true,
      invoiceNumber: true,
      application: {
        select: {
          id: true,
          reference: true,
          title: true,
          agency: { select: { name: true, abbreviation: true } },
          arrangement: { select: { purchaseOrder: true } },
        },
      },
    },
    orderBy: { id: "desc" },
  });
  return claims.map(({ application: { arrangement, ...application }, ...claim }) => ({
    ...claim,
    purchaseOrder: arrangement?.purchaseOrder ?? null,
    application,
  }));
}

/** What became of each line, as the audit trail keeps it. Null: it was recorded. */
const RECORDED_LINES = z.object({
  lines: z.array(
    z.object({
      line: z.number().int(),
      refusal: z.object({ sentence: z.string(), isStale: z.boolean() }).nullable(),
    }),
  ),
});
type RecordedLine = z.infer<typeof RECORDED_LINES>["lines"][number];

const OF_CLAIM = { reference: z.string(), number: z.number().int() };
const LINE = z.object({
  line: z.number().int(),
  claim: z.string(),
  invoice: z.string(),
  agency: z.string(),
  // Lists from before it was read have none.
  purchaseOrder: z.string().default(""),
  amount: z.string(),
  paidOn: z.string(),
  reference: z.string(),
  // Lists from before a line could take off, or pay a part, have none: they pay all that is open.
  creditNote: z.string().default(""),
  gst: z.enum(["with", "without", ""]).default(""),
  isTorn: z.boolean(),
  pays: z
    .object({
      ...OF_CLAIM,
      paidOn: z.string(),
      cents: z
        .string()
        .regex(/^-?\d+$/)
        .nullable()
        .default(null),
      creditNumber: z.string().default(""),
    })
    .nullable(),
  of: z.object(OF_CLAIM).nullable().default(null),
  fault: z.string().nullable(),
});
/** The lines of a file as they were previewed. */
const PREPARED: z.ZodType<{ lines: PreparedLine[] }> = z.object({ lines: z.array(LINE) });

export type PaymentLine = PreparedLine & { verdict: Verdict; application: Shown | null; cents: bigint | null };
type Shown = { reference: string; title: string; marking: Marking };

export type PaymentBatch = {
  id: string;
  by: string;
  lines: PaymentLine[];
  /** Null: it is a preview still. */
  recorded: { at: Date; lines: RecordedLine[] } | null;
};

/**
 * Payments of a file as they were previewed: a preview is its maker's own, and what was recorded is read by all who may
 * read payments. @throws NOT_FOUND, FORBIDDEN
 */
export async function getPaymentBatch(actor: MfatActor, id: string): Promise<PaymentBatch> {
  permit(actor, "payment:read");
  if (!UUID.test(id)) throw notFound();
  const found = await db().batch.findFirst({ where: { id, step: STEP } });
  const event = await db().auditEvent.findUnique({ where: { requestId: id }, select: { at: true, data: true } });
  if (!found || (!event && found.preparedById !== actor.personId)) throw notFound();
  const nameOf = await readNamesOfDay(db(), [found.preparedById]);
  const { lines } = PREPARED.parse(found.values);
  return {
    id,
    by: nameOf(found.preparedById, event?.at ?? found.preparedAt),
    lines: await withVerdicts(actor, lines),
    recorded: event && { at: event.at, lines: RECORDED_LINES.parse(event.data).lines },
  };
}

const FACTS = {
  id: true,
  number: true,
  state: true,
  workConfirmedAt: true,
  startYear: true,
  year: { select: { closedAt: true } },
  cents: true,
  paidCents: true,
  lines: LINES,
} satisfies Prisma.ClaimSelect;

async function withVerdicts(actor: MfatActor, lines: readonly PreparedLine[]): Promise<PaymentLine[]> {
  const references = [...new Set(lines.flatMap(({ pays, of }) => (pays ?? of)?.reference ?? []))];
  const [applications, payments] = await Promise.all([
    db().application.findMany({
      where: { ...scopeOf(actor), reference: { in: references } },
      select: {
        reference: true,
        title: true,
        marking: true,
        state: true,
        heldAt: true,
        claims: { select: FACTS },
        interests: { where: { personId: actor.personId }, select: { isRecused: true } },
      },
    }),
    listPaidWith(lines.map(({ reference }) => reference)),
  ]);
  const today = dayOf(now());
  return lines.map((line): PaymentLine => {
    const named = line.pays ?? line.of;
    const application = applications.find(({ reference }) => reference === named?.reference);
    const claim = application?.claims.find(({ number }) => number === named?.number);
    const paid = payments.filter(({ key }) => key === invoiceKey(line.reference));
    const joins = line.pays?.creditNumber ? null : (claim?.id ?? null);
    const taken = claim && line.pays && joinProblem(paid, joins, new Date(`${line.pays.paidOn}T00:00:00Z`));
    const isRecused = application?.interests[0]?.isRecused ?? null;
    const facts =
      application && claim
        ? {
            claim: { ...claim, isClosed: claim.year.closedAt !== null },
            ...{ taken: taken?.reference ?? null, application, isRecused, today },
          }
        : null;
    return {
      ...line,
      verdict: verdictOf(line, facts),
      application: application ?? null,
      cents: paidBy(line, claim),
    };
  });
}

/** What a line pays, without GST; null where it pays nothing. */
function paidBy({ pays }: PreparedLine, claim: Parameters<typeof openCentsOf>[0] | undefined): bigint | null {
  if (!pays || !claim) return null;
  return pays.cents === null ? openCentsOf(claim) || claim.cents : BigInt(pays.cents);
}

/** What of a list is still to be corrected: of a preview the lines that cannot be recorded, afterwards those that were not. */
export function toCorrect({ lines, recorded }: PaymentBatch): Sheet {
  const whyOf = ({ line, verdict }: PaymentLine): string | null => {
    if (verdict.kind === "done") return null;
    const result = recorded?.lines.find((one) => one.line === line);
    if (result) return result.refusal?.sentence ?? null;
    return verdict.kind === "not" ? verdict.sentence : null;
  };
  const marking = MARKING_LABELS[highestMarking(lines.flatMap(({ application }) => application?.marking ?? []))];
  return worklistSheet(
    lines.flatMap((line) => {
      const why = whyOf(line);
      return why === null ? [] : [{ ...line, why }];
    }),
    marking,
  );
}

/** A file whose payments were recorded: by whom, how many lines it had, and how many of them were recorded. */
export type PaymentFile = { id: string; at: Date; by: string; count: number; recorded: number };

export const RECORDED = "payments.recorded";
const PAGE = 25;

/** The newest first. `before`: where the page before ended, as `next` said it. @throws FORBIDDEN */
export async function listPaymentFiles(
  actor: MfatActor,
  before = "",
): Promise<{ rows: PaymentFile[]; next: string | null }> {
  permit(actor, "payment:read");
  const found = await db().auditEvent.findMany({
    where: { event: RECORDED, ...(/^\d{1,18}$/.test(before) && { id: { lt: BigInt(before) } }) },
    orderBy: { id: "desc" },
    take: PAGE + 1,
  });
  const shown = found.slice(0, PAGE);
  const nameOf = await readNamesOfDay(
    db(),
    shown.map(({ actorId }) => actorId),
  );
  const rows = shown.map(({ requestId, at, actorId, data }): PaymentFile => {
    const { lines } = RECORDED_LINES.parse(data);
    return {
      id: requestId ?? "",
      at,
      by: actorId ? nameOf(actorId, at) : "",
      count: lines.length,
      recorded: lines.filter(({ refusal }) => refusal === null).length,
    };
  });
  return { rows, next: found.length > PAGE ? String(shown.at(-1)?.id) : null };
}
