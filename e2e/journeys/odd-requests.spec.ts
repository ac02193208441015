// Requests that no page of the portal sends: they are refused, whoever sends them, and nothing in the portal fails.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PAGES, PEOPLE } from "../access.ts";
import { expect, type Portal, pathOf, referenceOf, startPortal, startSessions, test } from "../fixtures.ts";
import { formsIn, type OddRequest, oddRequests, send, type Target } from "../steps/odd-requests.ts";

const AT_ONCE = 6;

for (const [who, pages] of [
  ["nobody", ["/applications/OWN", "/sign-in", "/mailbox/x", "/"]],
  ["contributor", ["/applications/OWN/sections/need", "/applications/new", "/applications/OWN/files/x", "/home"]],
  ["desk", ["/settings/letters/offer", "/settings/people/new", "/budget/export/rows/csv", "/rounds"]],
] as const) {
  test(`requests that no page sends are refused, and nothing fails: ${who}`, async ({ as, portal }) => {
    const own = await referenceOf(portal, "DRAFT");
    const cookies = who === "nobody" ? [] : await (await as(PEOPLE[who])).context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    const target = await targetOf(
      portal,
      pages.map((path) => path.replace("OWN", own)),
      cookie,
      own,
    );
    const requests = [...oddRequests(target)];
    expect(requests.length).toBeGreaterThan(500);
    const answers = await sendAll(portal.url, requests, cookie);
    expect(answers.filter(({ isRight }) => !isRight).map(({ text }) => text)).toEqual([]);
    // The session was not lost on the way: the last request was still this person's.
    const first = await fetch(`${portal.url}${target.pages[1]}`, { headers: { cookie }, redirect: "manual" });
    expect([first.status, (await fetch(`${portal.url}/api/health`)).status]).toEqual([200, 200]);
  });
}

// A portal of its own: other tests use up what the demonstration has in a state.
test("whatever is in a page's address, nothing fails", async () => {
  const names = askedInAddresses();
  expect(names).toContain("scenario");
  const { portal, stop } = await startPortal("addresses");
  try {
    const sessions = await startSessions(portal.ownerUrl);
    const wrong: string[] = [];
    for (const [who, token] of sessions) {
      const paths = new Set<string>();
      for (const [reader, pattern] of PAGES) {
        if (reader === who) paths.add((await pathOf(portal, pattern)).path.split("?")[0] ?? "");
      }
      const requests = [...paths].flatMap((path) =>
        [...names.map((name) => `${name}=-1`), names.map((name) => `${name}=a&${name}=b`).join("&")].map((asked) => ({
          method: "GET",
          path: `${path}?${asked}`,
        })),
      );
      const answers = await sendAll(portal.url, requests, `next-auth.session-token=${token}`);
      wrong.push(...answers.filter(({ isRight }) => !isRight).map(({ text }) => `${who}: ${text}`));
    }
    expect(wrong).toEqual([]);
  } finally {
    await stop();
  }
});

/** What the pages read from their addresses. */
function askedInAddresses(): string[] {
  const app = join(import.meta.dirname, "..", "..", "app");
  const pages = readdirSync(app, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith("page.tsx"));
  const texts = pages.map((path) => readFileSync(join(app, path), "utf8"));
  return [
    ...new Set(
      texts.flatMap((text) =>
        [...text.matchAll(/\btext\((?:await )?search\w*, "(\w+)"/g)].map(([, name = ""]) => name),
      ),
    ),
  ];
}

async function targetOf(portal: Portal, pages: string[], cookie: string, own: string): Promise<Target> {
  const htmlOf = async (path: string) => (await fetch(`${portal.url}${path}`, { headers: { cookie } })).text();
  const forms = (await Promise.all(pages.map(async (path) => formsIn(path, await htmlOf(path))))).flat();
  return {
    pages,
    routes: [
      `/api/sections/${own}/need`,
      `/api/documents/${own}/files`,
      "/api/uploads",
      "/api/auth/session",
      "/api/health",
    ],
    // Not the one that signs out.
    forms: forms.filter(({ fields }) => "next" in fields || "requestId" in fields).slice(0, 2),
  };
}

/** Each response with its status, and whether the request may get that status. */
async function sendAll(url: string, requests: readonly OddRequest[], cookie: string) {
  const left = requests.entries();
  const answers: { text: string; isRight: boolean }[] = [];
  const sender = async () => {
    for (const [index, request] of left) {
      const status = await send(url, request, cookie);
      const { method, path, headers, body } = request;
      const isRight = request.status ? request.status.includes(status) : status < 500;
      const text = `${status} ${method} ${path.slice(0, 100)} ${JSON.stringify(headers ?? {}).slice(0, 200)} ${JSON.stringify((body ?? "").slice(0, 300))}`;
      answers[index] = { text, isRight };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return answers;
}
