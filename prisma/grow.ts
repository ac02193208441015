// The demonstration, many times over: what a list, a search or an export is like after decades of use.
import pg from "pg";
import { UNGUARDED } from "../bin/test-server.ts";

type Column = { name: string; type: string; isKey: boolean; of: string | null };
type Table = { name: string; columns: Column[] };

/** What an application does not own: every copy of one shares it. */
const SHARED = [
  ...[
    "Agency",
    "Person",
    "PersonRole",
    "AdviserPlace",
    "Delegation",
    "Deputy",
    "Session",
    "SignInCode",
    "KnownBrowser",
  ],
  ...[
    "UnsentForm",
    "SignedOutForm",
    "RateCounter",
    "Place",
    "Region",
    "FocusArea",
    "PurposeCode",
    "Round",
    "Criterion",
  ],
  ...["ReferenceCounter", "FormRelease", "FinancialYear", "FinancialMonth", "LetterTemplate", "StepEdge", "SavedView"],
  ...[
    "ConditionList",
    "Expectation",
    "StatementRow",
    "Scenario",
    "ScenarioLine",
    "ScenarioPhasing",
    "Batch",
    "BatchRow",
  ],
];
/** A copy is as many times this long before the application that it copies, for up to two years. */
const APART = "7 minutes";
const APART_MAX = 150_000;
/** How many copies of every row one statement writes. */
const AT_ONCE = 50;

/**
 * Copies each application of a database with all that belongs to it, until there are at least `wanted`: references go on after
 * the last one, times lie before those of the original, and the counters of money hold the copies' amounts as well.
 * @throws where a person has an address outside .example: a demonstration alone is multiplied
 */
export async function grow(ownerUrl: string, wanted: number, say: (line: string) => void): Promise<number> {
  const client = new pg.Client({ connectionString: ownerUrl, options: UNGUARDED });
  await client.connect();
  try {
    const [{ real, before }] = (
      await client.query(`SELECT (SELECT count(*)::int FROM "Person" WHERE email NOT LIKE '%.example') AS real,
        (SELECT count(*)::int FROM "Application") AS before`)
    ).rows;
    if (real > 0) throw new Error("Somebody of this database is not of the demonstration: nothing was copied.");
    await client.query("BEGIN");
    const copies = Math.max(0, Math.ceil(wanted / before) - 1);
    const tables = await readTables(client);
    await makeBases(client, tables);
    const words = await lookUpWords(client);
    // No copy has the number of one that was made before: there are fewer of those than applications.
    for (let done = 0; done < copies; done += AT_ONCE) {
      const many = Math.min(AT_ONCE, copies - done);
      for (const table of tables) await client.query(copyOf(table, before + done, before + done + many - 1));
      say(`${((done + many + 1) * before).toLocaleString("en-NZ")} applications`);
    }
    await raiseCounters(client, copies);
    for (const { name, columns } of tables.filter((table) => table.columns.some(isNumbered))) {
      const key = columns.find(isNumbered)?.name;
      await client.query(
        `SELECT setval(pg_get_serial_sequence('"${name}"', '${key}'), (SELECT max("${key}") FROM "${name}"))`,
      );
    }
    await client.query(words);
    await client.query("COMMIT");
    await client.query("VACUUM ANALYZE");
    return (copies + 1) * before;
  } finally {
    await client.end();
  }
}

const isNumbered = ({ isKey, type }: Column): boolean => isKey && type === "bigint";

/** The tables that are copied, with what each column is: a key of its own, a key of another table, or a value. */
async function readTables(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<{ table: string } & Column>(`
    SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
      EXISTS (SELECT FROM pg_constraint p WHERE p.conrelid = c.oid AND p.contype = 'p' AND p.conkey = ARRAY[a.attnum]) AS "isKey",
      (SELECT r.relname FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid
        WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conkey @> ARRAY[a.attnum]
          AND (SELECT k.attname FROM pg_attribute k WHERE k.attrelid = f.confrelid
            AND k.attnum = f.confkey[array_position(f.conkey, a.attnum)]) = 'id' LIMIT 1) AS "of"
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attgenerated = ''
    ORDER BY c.relname, a.attnum`);
  const tables = new Map<string, Table>();
  for (const { table, ...column } of rows) {
    if (SHARED.includes(table) || table.startsWith("_")) continue;
    tables.set(table, { name: table, columns: [...(tables.get(table)?.columns ?? []), column] });
  }
  return [...tables.values()];
}

/** Texts that may stand once in their table. */
const ONCE = ["Claim.invoiceNumber", "Payment.reference", "Document.storageKey"];

/** Keeps what is copied apart, and how each column becomes another row's: "b" is the row, "k" the number of the copy. */
async function makeBases(client: pg.Client, tables: readonly Table[]): Promise<void> {
  await client.query(`CREATE FUNCTION pg_temp.grown(id uuid, k bigint) RETURNS uuid IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
    SELECT (lpad(to_hex((('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint
        - (extract(epoch FROM interval '${APART}') * 1000)::bigint * (k % ${APART_MAX})) & x'ffffffffffff'::bigint), 12, '0')
      || '7' || left(h, 3) || '8' || substr(h, 4, 15))::uuid FROM (SELECT md5(id::text || k) AS h) m $$`);
  await client.query(
    `CREATE TEMP TABLE shared_ids AS ${SHARED_IDS.map((name) => `SELECT id FROM "${name}"`).join(" UNION ALL ")}`,
  );
  for (const { name } of tables) {
    const number = name === "Application" ? ", row_number() OVER (ORDER BY reference) AS nth" : "";
    await client.query(`CREATE TEMP TABLE "base_${name}" AS SELECT *${number} FROM "${name}"`);
  }
  for (const table of tables) {
    for (const column of table.columns.filter(({ type, isKey, of }) => type === "uuid" && !isKey && !of)) {
      const { rows } = await client.query(
        `SELECT EXISTS (SELECT FROM "base_${table.name}" b JOIN shared_ids s ON s.id = b."${column.name}") AS shared`,
      );
      if (rows[0].shared) column.of = "Person";
    }
  }
}
const SHARED_IDS = ["Agency", "Person", "Round", "Criterion", "LetterTemplate", "SavedView", "Scenario", "Batch"];

/** Copies say what was said before: its words are looked up until the function that makes them is put back, by what this answers. */
async function lookUpWords(client: pg.Client): Promise<string> {
  await client.query(`CREATE TEMP TABLE said AS SELECT DISTINCT ON (hash) * FROM (
    SELECT jsonb_hash_extended("values", 0) AS hash, words FROM "ApplicationSection"
    UNION ALL SELECT jsonb_hash_extended(answers, 0), words FROM "ApplicationVersion") it`);
  await client.query("CREATE UNIQUE INDEX ON said (hash)");
  const { rows } = await client.query<{ made: string }>(
    "SELECT pg_get_functiondef('answer_words(jsonb)'::regprocedure) AS made",
  );
  await client.query(`CREATE OR REPLACE FUNCTION answer_words(jsonb) RETURNS tsvector IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
    SELECT words FROM pg_temp.said WHERE hash = jsonb_hash_extended($1, 0) $$`);
  return rows[0]?.made ?? "";
}

function copyOf({ name, columns }: Table, first: number, last: number): string {
  const all = columns.map((column) => `"${column.name}"`).join(", ");
  const values = columns.map((column) => copied(name, column)).join(", ");
  return `INSERT INTO "${name}" (${all}) OVERRIDING SYSTEM VALUE
    SELECT ${values} FROM "base_${name}" b CROSS JOIN generate_series(${first}::bigint, ${last}::bigint) k`;
}

function copied(table: string, { name, type, isKey, of }: Column): string {
  const own = `b."${name}"`;
  if (type === "uuid") return of && SHARED.includes(of) ? own : `pg_temp.grown(${own}, k)`;
  if (type === "bigint" && (isKey || (of && !SHARED.includes(of)))) {
    return `${own} + k * (SELECT max(id) FROM "base_${of ?? table}")`;
  }
  // The ledger's stay in their months, whose counters hold them.
  if (type.startsWith("timestamp") && table !== "LedgerEntry")
    return `${own} - (k % ${APART_MAX}) * interval '${APART}'`;
  if (table === "Application" && name === "reference") {
    return `'PSF-' || substr(${own}, 5, 4) || '-' || (10000 + k * (SELECT count(*) FROM "base_Application") + b.nth)`;
  }
  return ONCE.includes(`${table}.${name}`) ? `${own} || '-' || k` : own;
}

/** The counters of years and months are what the ledger adds up to, envelopes included. */
async function raiseCounters(client: pg.Client, copies: number): Promise<void> {
  for (const table of ["FinancialYear", "FinancialMonth"]) {
    const { rows } = await client.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = '"${table}"'::regclass AND attname LIKE '%Cents' AND attgenerated = ''`,
    );
    await client.query(
      `UPDATE "${table}" SET ${rows.map(({ name }) => `"${name}" = "${name}" * ${copies + 1}`).join(", ")}`,
    );
  }
  await client.query(`UPDATE "ReferenceCounter" c SET last = greatest(c.last, (SELECT max(split_part(reference, '-', 3)::int) FROM "Application"
    WHERE reference LIKE 'PSF-' || c."startYear" || '-%'))`);
}
