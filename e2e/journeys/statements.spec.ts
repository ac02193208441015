import { type Relay, startRelay } from "../../bin/test-relay.ts";
import { runSql } from "../../bin/test-server.ts";
import { ACCESS, PAGES, PEOPLE, type PersonKey, TRIED } from "../access.ts";
import { expect, type Portal, pathOf, referenceOf, startPortal, startSessions, test } from "../fixtures.ts";
import { CEILINGS, ceilingOf } from "../statements.ts";

const keys = Object.keys(PEOPLE) as PersonKey[];
type Counts = Record<string, Partial<Record<PersonKey, number>>>;

// A portal of its own: what other tests leave in theirs would be counted too.
test("no page runs more database statements than it may", async () => {
  let relay: Relay | undefined;
  const { portal, stop } = await startPortal("statements", async (databaseUrl) => {
    relay = await startRelay(databaseUrl);
    return relay.url;
  });
  try {
    const sessions = await startSessions(portal.ownerUrl);
    const counted: Counts = {};
    for (const { name, path, readers } of await pagesOf(portal)) {
      for (const key of readers) {
        const read = async () => {
          const before = relay?.count() ?? 0;
          const headers = { cookie: `next-auth.session-token=${sessions.get(key)}` };
          const answer = await fetch(`${portal.url}${path}`, { headers, redirect: "manual" });
          await answer.arrayBuffer();
          const isLedAway = answer.headers.get("location")?.includes("/sign-in") ?? false;
          expect([path, key, answer.status < 400, isLedAway]).toEqual([path, key, true, false]);
          return (relay?.count() ?? 0) - before;
        };
        // Once to warm it up: some things are read once in a process. That somebody was seen is written once in a minute.
        await read();
        await runSql(portal.ownerUrl, `UPDATE "Session" SET "lastSeenAt" = now()`);
        counted[name] = { ...counted[name], [key]: await read() };
      }
    }
    expect(tooMany(counted), `Counted:\n${JSON.stringify(counted)}`).toEqual([]);
    expect(Object.keys(CEILINGS).sort()).toEqual(Object.keys(counted).sort());
  } finally {
    await stop();
    await relay?.stop();
  }
});

/** Every route with whoever may use it, and every page in the state in which it has most to show. */
async function pagesOf(portal: Portal): Promise<{ name: string; path: string; readers: readonly PersonKey[] }[]> {
  const own = await referenceOf(portal, "DRAFT");
  const routes = TRIED.map(({ name, path, may }) => ({
    name,
    path: path.replace("OWN", own),
    readers: typeof may === "string" ? keys : may,
  }));
  const isNew = ([key, pattern]: (typeof PAGES)[number]) => key !== null && !(pattern in ACCESS);
  const pages: typeof routes = [];
  // One after the other: each asks by a connection of its own, and all at once are more than the server has.
  for (const [key, name] of PAGES.filter(isNew)) {
    pages.push({ name, path: (await pathOf(portal, name)).path, readers: key ? [key] : [] });
  }
  return [...routes, ...pages];
}

/** Each page and person with more statements than the table has, or without a number there. */
function tooMany(counted: Counts): string[] {
  return Object.entries(counted).flatMap(([route, of]) =>
    Object.entries(of).flatMap(([key, count]) => {
      const ceiling = ceilingOf(route, key as PersonKey);
      return ceiling !== undefined && count <= ceiling ? [] : [`${route}, ${key}: ${count} of ${ceiling}`];
    }),
  );
}
