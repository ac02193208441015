// For tests: an arrangement of New Zealand Police in the demonstration, and the people for its claims.

import { randomBytes, randomUUID } from "node:crypto";
import type pg from "pg";
import { afterEach, beforeEach } from "vitest";
import { type Actor, asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import * as claims from "#lib/payments/commands.ts";
import { correctPayment } from "#lib/payments/corrections/commands.ts";
import { recordPayment } from "#lib/payments/lines/commands.ts";
import { readClaims } from "#lib/payments/queries.ts";
import { recoverPayment } from "#lib/payments/recoveries/commands.ts";
import type { NewPayment } from "#lib/payments/schema.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { dayOf, earlierOf, yearBeginsOn, yearEndsOn } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { inSession } from "../../bin/test-server.ts";
import { unguarded, useTestDatabase } from "./database.ts";

const never = (): never => {
  throw new Error("The demo has no such person.");
};
export const who = async (email: string): Promise<Actor> => (await findActor(email)) ?? never();
export const contributor = async () => asAgency(await who("contributor@police.example"));
export const desk = async () => asMfat(await who("desk@mfat.example"));
export const budget = async () => asMfat(await who("budget@mfat.example"));

/** An arrangement without waiting claims, and its first year. */
export let reference = "";
export let applicationId = "";
export let year = 0;

/** A database of its own, and the arrangement. */
export function useClaims() {
  const database = useTestDatabase("template_demo");
  beforeEach(findArrangement);
  afterEach(() => shiftClock(0));
  return database;
}

async function findArrangement(): Promise<void> {
  const found = await db().application.findFirstOrThrow({
    where: { state: "ACTIVE", agency: { abbreviation: "NZ Police" } },
    orderBy: { reference: "desc" },
  });
  ({ reference, id: applicationId } = found);
  await unguarded().claim.updateMany({
    where: { applicationId, state: { in: ["CLAIMED", "APPROVED"] } },
    data: { state: "CANCELLED", decidedAt: now() },
  });
  const funding = await db().applicationFunding.findFirstOrThrow({
    where: { applicationId },
    orderBy: { startYear: "asc" },
  });
  year = funding.startYear;
}

export const request = async (of = reference) => {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference: of } });
  return { requestId: randomUUID(), revision };
};

type Scanned = "NOT_SCANNED" | "WAITING" | "REFUSED";

export async function invoice(scanState: Scanned = "NOT_SCANNED", of = applicationId): Promise<string> {
  const { agencyId, personId } = await contributor();
  const kept = { sha256: "0".repeat(64), storageKey: randomBytes(24).toString("hex") };
  const file = { fileName: "invoice.txt", mediaType: "text/plain", sizeBytes: 1, ...kept };
  const scan = { scanState, scannedAt: scanState === "REFUSED" ? now() : null };
  const document = await unguarded().document.create({ data: { ...file, ...scan, agencyId, uploadedById: personId } });
  const use = { applicationId: of, agencyId, documentId: document.id, section: "claims", description: "Invoice" };
  return (await unguarded().applicationDocument.create({ data: { ...use, addedById: personId } })).id;
}

/** The work of a financial year up to today, starting on the day the offer was accepted. */
export async function worked(of = year, applicationOf = applicationId) {
  const { acceptedAt } = await db().arrangement.findUniqueOrThrow({ where: { applicationId: applicationOf } });
  const [begins, accepted] = [yearBeginsOn(of), dayOf(acceptedAt)];
  return { workFrom: begins > accepted ? begins : accepted, workTo: earlierOf(dayOf(now()), yearEndsOn(of)) };
}

export const WORK = { basis: "WORK", advanceReason: null, accountsFor: null, accounted: null };

export type Claiming = Partial<Parameters<typeof claims.submitClaim>[3]>;

/** A claim, by its number. */
export async function claimed(more: Claiming = {}): Promise<string> {
  const claim = { amount: 10_000n, gst: 1_500n, invoiceNumber: `INV ${randomUUID()}`, milestone: "First course" };
  const dated = { ...WORK, ...(await worked()), invoicedOn: dayOf(now()), ...claim };
  const given = { ...dated, invoice: more.invoice ?? (await invoice()), ...more };
  await claims.submitClaim(await contributor(), await request(), reference, given);
  const { number } = await db().claim.findFirstOrThrow({ where: { applicationId }, orderBy: { number: "desc" } });
  return String(number);
}

export const confirm = async (claim: string, by = desk) =>
  claims.confirmWork(await by(), await request(), reference, { claim });
export const approve = async (claim: string, by = budget) =>
  claims.approveClaim(await by(), await request(), reference, { claim });

export async function confirmed(more: Claiming = {}): Promise<string> {
  const claim = await claimed(more);
  await confirm(claim);
  return claim;
}

export async function approved(more: Claiming = {}): Promise<string> {
  const claim = await confirmed(more);
  await approve(claim);
  return claim;
}

export const receipt = () => `FIN-${randomUUID()}`;

export async function pay(claim: string, more: Partial<NewPayment> = {}): Promise<void> {
  const payment = { claim, paidOn: dayOf(now()), reference: receipt(), ...more };
  await recordPayment(await budget(), await request(), reference, payment);
}

export const readClaim = (claim: string) =>
  db().claim.findUniqueOrThrow({ where: { applicationId_number: { applicationId, number: Number(claim) } } });
export const stateOf = async (claim: string) => (await readClaim(claim)).state;
export const left = async () =>
  (await readClaims(await budget(), applicationId)).years.find(({ startYear }) => startYear === year)?.leftCents ?? 0n;
export const paidCents = async () =>
  (await db().applicationFunding.findFirstOrThrow({ where: { applicationId, startYear: year } })).paidCents;

/** The same for one statement. */
export const asPortal = (url: string, sql: string, ...values: unknown[]): Promise<unknown> =>
  saidTo(url, (client) => client.query(sql, values));
/** The same for a statement in a savepoint, after one outside of it with the same first value. */
export const inSavepoint = (url: string, before: string, sql: string, ...values: unknown[]): Promise<unknown> =>
  saidTo(url, async (client) => {
    await client.query("BEGIN");
    await client.query(before, values.slice(0, 1));
    await client.query("SAVEPOINT hidden");
    await client.query(sql, values);
    await client.query("RELEASE hidden");
    await client.query("COMMIT");
  });

/** The database's answer to the portal's own login in a session of its own; null: no error. */
export const saidTo = (url: string, work: (client: pg.Client) => Promise<unknown>): Promise<unknown> =>
  inSession(url, async (client) => {
    await client.query("SET ROLE psf_app");
    await work(client);
    return null;
  }).catch((error) => error);

/** The newest payment of a claim, by its line. */
export const lineOf = async (claim: string) =>
  (
    await db().paymentLine.findFirstOrThrow({
      where: { claim: { applicationId, number: Number(claim) }, reversesId: null, reversal: null },
      orderBy: { id: "desc" },
    })
  ).id;

/** Corrects a payment of a claim: the newest, unless one is given. */
export const correct = async (
  claim: string,
  right: { paidOn?: Date; reference?: string; amount?: bigint; payment?: string },
  form = request(),
) =>
  correctPayment(await budget(), await form, reference, {
    ...{ paidOn: null, reference: null, amount: null, payment: right.payment ?? (await lineOf(claim)) },
    ...right,
    reason: "Typed wrongly.",
  });

/** Recovers a payment of a claim, or a part of it; returns the recovery's id. */
export async function recovered(claim: string, more: { amount?: bigint; reference?: string } = {}): Promise<string> {
  await recoverPayment(await budget(), await request(), reference, {
    ...{ claim, receivedOn: dayOf(now()), reference: receipt(), reason: "Paid twice", ...more },
  });
  const { id } = await db().recovery.findFirstOrThrow({ where: { applicationId }, orderBy: { recordedAt: "desc" } });
  return id;
}

/** The record of the newest step, and its email to the agency. */
export async function newest() {
  const [event, email] = await Promise.all([
    db().auditEvent.findFirstOrThrow({ where: { applicationId, action: { not: null } }, orderBy: { id: "desc" } }),
    db().email.findFirstOrThrow({
      where: { applicationId, to: "contributor@police.example", subject: { not: { contains: "remittance" } } },
      orderBy: { id: "desc" },
    }),
  ]);
  return { ...(event.data as Record<string, string>), text: email.text };
}
