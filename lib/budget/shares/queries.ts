import { namesOf } from "#lib/budget/ledger/queries.ts";
import { PIPELINE } from "#lib/budget/queries.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import {
  type Counter,
  categoryLabel,
  type Held,
  type HolderFilter,
  type HolderLine,
  NONE,
  SHARES,
  type ShareKind,
  type ShareLine,
} from "./rules.ts";

/** applicationId, code, weight: how an application's money is shared. One application's weights say all of it. */
const weightsOf = (by: ShareKind, startYear: number): Prisma.Sql =>
  ({
    agency: Prisma.sql`SELECT id AS "applicationId", "agencyId"::text AS code, 1 AS weight FROM "Application"`,
    place: Prisma.sql`SELECT "applicationId", "placeCode" AS code, percent AS weight FROM "ApplicationPlace"`,
    focusArea: Prisma.sql`
      SELECT "applicationId", "focusAreaCode" AS code, 1 AS weight FROM "ApplicationFocusArea" WHERE "isMain"`,
    category: Prisma.sql`
      SELECT c."applicationId", c.category AS code, sum(c.cents) AS weight FROM "ApplicationCategory" c
      WHERE c."startYear" = ${startYear} OR NOT EXISTS (SELECT FROM "ApplicationCategory" o
        WHERE o."applicationId" = c."applicationId" AND o."startYear" = ${startYear})
      GROUP BY c."applicationId", c.category`,
  })[by];

/** code, name. Categories are the form's, and have their names there. */
const NAMES: Record<ShareKind, Prisma.Sql> = {
  agency: Prisma.sql`SELECT id::text AS code, name FROM "Agency"`,
  place: Prisma.sql`SELECT code, name FROM "Place"`,
  focusArea: Prisma.sql`SELECT code, name FROM "FocusArea"`,
  category: Prisma.sql`SELECT NULL::text AS code, NULL::text AS name`,
};

const AMOUNTS = ["reservedCents", "committedCents", "paidCents", "pipelineCents"] as const;

/** An amount's part of the share: whole cents, where rounding goes to the last of an application. */
const part = (amount: (typeof AMOUNTS)[number]): Prisma.Sql => {
  const name = Prisma.raw(`"${amount}"`);
  return Prisma.sql`CASE WHEN code IS NULL THEN ${name}
    ELSE div(${name} * upto, whole) - div(${name} * (upto - weight), whole) END AS ${name}`;
};

/**
 * Each application's money of a year in shares, as a table "split": applicationId, code, and a column for each amount. Its
 * sums are the year's own. It reads what applications hold and never the ledger.
 */
const splitOf = (by: ShareKind, startYear: number): Prisma.Sql => Prisma.sql`
  WITH money AS (
    SELECT "applicationId", "reservedCents", "committedCents", "paidCents", 0::bigint AS "pipelineCents"
    FROM "ApplicationFunding" WHERE "startYear" = ${startYear} AND "reservedCents" + "committedCents" > 0
    UNION ALL
    SELECT "applicationId", 0, 0, 0, cents FROM (${PIPELINE}) p WHERE "startYear" = ${startYear} AND cents > 0
  ), weighed AS (
    SELECT m.*, w.code, w.weight, sum(w.weight) OVER (PARTITION BY m."applicationId", m."pipelineCents") AS whole,
      sum(w.weight) OVER (PARTITION BY m."applicationId", m."pipelineCents" ORDER BY w.code) AS upto
    FROM money m LEFT JOIN (${weightsOf(by, startYear)}) w ON w."applicationId" = m."applicationId" AND w.weight > 0
  ), split AS (
    SELECT "applicationId", code, ${Prisma.join(AMOUNTS.map(part))} FROM weighed
  )`;

const sums = Prisma.join(AMOUNTS.map((amount) => Prisma.raw(`sum(s."${amount}")::bigint AS "${amount}"`)));

/** How a year's money is shared, the largest first; the sums of the columns are the year's position. */
export async function listShares(
  actor: MfatActor,
  startYear: number,
  by: ShareKind,
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<ShareLine[]> {
  permit(actor, "budget:read");
  const lines = await client.$queryRaw<(Omit<ShareLine, "name"> & { name: string | null })[]>`
    ${splitOf(by, startYear)}
    SELECT s.code, n.name, ${sums}
    FROM split s LEFT JOIN (${NAMES[by]}) n ON n.code = s.code
    GROUP BY s.code, n.name
    HAVING sum(s."reservedCents" + s."committedCents" + s."pipelineCents") > 0
    ORDER BY sum(s."reservedCents" + s."committedCents") DESC, sum(s."pipelineCents") DESC, n.name, s.code`;
  return lines.map(({ name, ...line }) => ({
    ...line,
    name: name ?? (line.code === null ? SHARES[by].none : categoryLabel(line.code)),
  }));
}

const COUNTED: Record<Counter, Prisma.Sql> = {
  paid: Prisma.sql`s."paidCents"`,
  unpaid: Prisma.sql`s."committedCents" - s."paidCents"`,
  committed: Prisma.sql`s."committedCents"`,
  reserved: Prisma.sql`s."reservedCents"`,
  pipeline: Prisma.sql`s."pipelineCents"`,
};

/**
 * The rows behind a figure: each initiative with its part of it, the largest first; and the name of the share, where it is
 * one. @throws NOT_FOUND where there is no such share
 */
export async function listHolders(
  actor: MfatActor,
  { startYear, by, of, counter }: HolderFilter,
  client: Pick<Tx, "$queryRaw" | "application"> = db(),
): Promise<{ share: string | null; lines: HolderLine[] }> {
  permit(actor, "budget:read");
  const share = by && of && (await nameOfShare(by, of, client));
  const isOf = !share ? Prisma.sql`true` : of === NONE ? Prisma.sql`s.code IS NULL` : Prisma.sql`s.code = ${of}`;
  const partOf = (cents: Prisma.Sql) => Prisma.sql`(sum(${cents}) FILTER (WHERE ${isOf}))::bigint`;
  const parts = AMOUNTS.map(
    (amount) => Prisma.sql`${partOf(Prisma.raw(`s."${amount}"`))} AS ${Prisma.raw(`"${amount}"`)}`,
  );
  const wholes = AMOUNTS.map((amount) => Prisma.raw(`'${amount}', sum(s."${amount}")::text`));
  const counted = partOf(counter ? COUNTED[counter] : Prisma.sql`s."reservedCents" + s."committedCents"`);
  const rows = await client.$queryRaw<(Held & { id: string; whole: Record<keyof Held, string> })[]>`
    ${splitOf(by ?? "agency", startYear)}
    SELECT s."applicationId" AS id, ${Prisma.join(parts)}, json_build_object(${Prisma.join(wholes)}) AS whole
    FROM split s GROUP BY s."applicationId" HAVING ${counted} > 0
    ORDER BY ${counted} DESC, s."applicationId"`;
  const names = await namesOf(
    actor,
    rows.map(({ id }) => id),
    client,
  );
  const lines = rows.map(({ whole, ...row }) => ({
    ...row,
    whole: {
      reservedCents: BigInt(whole.reservedCents),
      committedCents: BigInt(whole.committedCents),
      paidCents: BigInt(whole.paidCents),
      pipelineCents: BigInt(whole.pipelineCents),
    },
    application: names.get(row.id) ?? null,
  }));
  return { share, lines };
}

async function nameOfShare(by: ShareKind, of: string, client: Pick<Tx, "$queryRaw">): Promise<string> {
  if (of === NONE) return SHARES[by].none;
  if (by === "category") return categoryLabel(of);
  const [found] = await client.$queryRaw<{ name: string }[]>`SELECT n.name FROM (${NAMES[by]}) n WHERE n.code = ${of}`;
  if (!found) throw notFound();
  return found.name;
}
