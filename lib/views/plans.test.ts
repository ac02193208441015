// How the database finds a page among twenty thousand applications: by an index, without sorting or reading them all.

import { beforeAll, expect, test } from "vitest";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { db } from "#lib/platform/db.ts";
import { ROWS_MAX } from "#lib/platform/lists.ts";
import { signedToday, useTestDatabase } from "#lib/testing/database.ts";
import { everyRow } from "#lib/testing/files.ts";
import { runSql } from "../../bin/test-server.ts";
import { eachApplication, listApplications, selectRows } from "./queries.ts";
import { cursorOf, findCursor } from "./rules.ts";
import { type Filter, readSearch, type SortKey } from "./schema.ts";

const database = useTestDatabase();

const ROWS = 20_000;

/**
 * Each has a version whose words are already in the index, not in the list of those still to be indexed; two contain
 * the word "thylacine".
 */
const FILL = `
  ALTER TABLE "Round" DISABLE TRIGGER USER;
  INSERT INTO "Round" (id, name, "opensAt", "publishedAt") VALUES (gen_random_uuid(), 'Many', now(), now());
  ALTER TABLE "Round" ENABLE TRIGGER USER;
  ALTER TABLE "Application" DISABLE TRIGGER begins_as_draft;
  INSERT INTO "Application" (id, reference, "agencyId", "roundId", state, "stateSince", title, "requestedCents", "versionNumber", "createdById")
    SELECT gen_random_uuid(), 'PSF-2026-' || lpad(n::text, 5, '0'), (SELECT id FROM "Agency" ORDER BY id LIMIT 1 OFFSET n % 5),
      (SELECT id FROM "Round" WHERE name = 'Many'), 'SUBMITTED', timestamptz '2026-01-01' + (n % 700) * interval '1 hour',
      'Initiative ' || n, n % 900 * 1000, 1, gen_random_uuid()
    FROM generate_series(1, ${ROWS}) n;
  ALTER TABLE "Application" ENABLE TRIGGER begins_as_draft;
  ALTER TABLE "ApplicationVersion" DISABLE TRIGGER USER;
  INSERT INTO "ApplicationVersion" ("formHash", "declarationHash", lists, "agencyName", "roundName", "certifierName",
      "applicationId", number, answers, "requestedCents", "certifiedById")
    SELECT form.hash, declaration.hash, '{}', '', '', '', id, 1, jsonb_build_object('need', jsonb_build_object('text', 'radio training of crews ' || reference ||
      CASE WHEN reference LIKE '%2000' THEN ' thylacine' ELSE '' END)), "requestedCents", gen_random_uuid()
    FROM "Application", "FormRelease" form, "FormRelease" declaration
    WHERE form.kind = 'APPLICATION' AND declaration.kind = 'DECLARATION';
  ALTER TABLE "ApplicationVersion" ENABLE TRIGGER USER;
  VACUUM ANALYZE "Application", "ApplicationVersion"`;

const actor: MfatActor = {
  side: "MFAT",
  personId: "00000000-0000-0000-0000-000000000000",
  name: "",
  email: "",
  roles: new Set(["AUDITOR"]),
};

beforeAll(async () => {
  await signedToday();
  for (const statement of FILL.split(";\n")) await runSql(database.ownerUrl, statement);
});

function filterOf(values: Record<string, string>): Filter {
  const { filter, errors } = readSearch("MFAT", values, { deskOfficers: [{ value: "me", label: "You" }] });
  if (!filter) throw new Error(JSON.stringify(errors));
  return filter;
}

type Plan = {
  "Node Type": string;
  "Index Name"?: string;
  "Relation Name"?: string;
  "Actual Rows"?: number;
  Plans?: Plan[];
};

/** Every node of the plan for reading a page. */
async function plan(filter: Filter, cursor: ReturnType<typeof findCursor> = null): Promise<Plan[]> {
  const query = selectRows({ actor, hasClosed: false, isCommon: false }, filter, { cursor, limit: 26 });
  const rows = await db().$queryRaw<{ "QUERY PLAN": [{ Plan: Plan }] }[]>(
    Prisma.sql`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`,
  );
  const nodes: Plan[] = [];
  const walk = (node: Plan): void => {
    nodes.push(node);
    for (const child of node.Plans ?? []) walk(child);
  };
  for (const row of rows) walk(row["QUERY PLAN"][0].Plan);
  return nodes;
}

const indexes = (nodes: readonly Plan[]) => nodes.flatMap((node) => node["Index Name"] ?? []);
const scans = (nodes: readonly Plan[], table: string) =>
  nodes.filter((node) => node["Node Type"] === "Seq Scan" && node["Relation Name"] === table);

test.each<[SortKey, string]>([
  ["newest", "Application_pkey"],
  ["changed", "Application_stateSince_id_idx"],
  ["longest", "Application_stateSince_id_idx"],
  ["largest", "Application_read_requested"],
  ["smallest", "Application_read_requested"],
  ["reference", "Application_reference_key"],
])("a page in the middle, %s, comes from %s and reads little more than itself", async (sort, index) => {
  const filter = filterOf({ sort });
  const rows = await db().$queryRaw<Parameters<typeof cursorOf>[0][]>(
    selectRows({ actor, hasClosed: false, isCommon: false }, filter, { cursor: null, limit: 10_000 }),
  );
  const middle = rows.at(-1);
  if (!middle) throw new Error("There are no rows.");
  for (const cursor of [null, ["", cursorOf(middle, sort)], [cursorOf(middle, sort), ""]] as const) {
    const nodes = await plan(filter, cursor && findCursor(cursor[0], cursor[1], sort));
    expect(indexes(nodes)).toContain(index);
    expect(scans(nodes, "Application")).toEqual([]);
    expect(Math.max(...nodes.map((node) => node["Actual Rows"] ?? 0))).toBeLessThan(200);
  }
});

test("what the reader looks after comes from its index, and nothing else is read for it", async () => {
  const nodes = await plan(filterOf({ officer: "me" }));
  expect(indexes(nodes)).toContain("Application_deskOfficerId_id_idx");
  expect(scans(nodes, "Application")).toEqual([]);
});

test("rare words come from their index, and no version is read for nothing", async () => {
  const nodes = await plan(filterOf({ words: "Thylacīne" }));
  expect(indexes(nodes)).toEqual(expect.arrayContaining(["ApplicationVersion_words_idx", "Application_title_words"]));
  expect([...scans(nodes, "Application"), ...scans(nodes, "ApplicationVersion")]).toEqual([]);
});

test("more than ten thousand are not counted on; a file has them all, each once and in the order of the list", async () => {
  const [all, rare] = [filterOf({}), filterOf({ words: "thylacine" })];
  expect((await listApplications(actor, all)).totals.count).toBe(ROWS_MAX + 1);
  const ids = (await everyRow(eachApplication(db(), actor, all))).map(({ id }) => id);
  expect([ids.length, new Set(ids).size]).toEqual([await db().application.count(), ids.length]);
  expect(ids.slice(0, 25)).toEqual((await listApplications(actor, all)).rows.map(({ id }) => id));
  expect((await listApplications(actor, rare)).totals.count).toBe(2);
  expect(await everyRow(eachApplication(db(), actor, rare))).toHaveLength(2);
});
