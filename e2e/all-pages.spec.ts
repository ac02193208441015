import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { PEOPLE, type PersonKey } from "./access.ts";
import { expect, type Portal, referenceOf, roundInModeration, test } from "./fixtures.ts";
import { faultsOf } from "./steps/axe.ts";
import { declareNoInterest } from "./steps/mfat.ts";

// It comes first by its name: the stories of the journeys use up what the demonstration has in a state.

/** What each page is opened as. STATE@agency stands for an application of that agency in that state, ROUND for a round
 * with applications in moderation. */
const PAGES: [PersonKey | null, string][] = [
  [null, "/"],
  [null, "/sign-in"],
  [null, "/mailbox"],
  [null, "/privacy"],
  [null, "/accessibility"],
  [null, "/copyright"],
  [null, "/security"],
  [null, "/contact"],
  [null, "/nowhere"],
  ["contributor", "/home"],
  ["contributor", "/account"],
  ["contributor", "/applications"],
  ["contributor", "/applications?state=OPEN&words=radio"],
  ["contributor", "/applications/views"],
  ["contributor", "/applications/views/new?state=OPEN"],
  ["contributor", "/applications/new"],
  ["contributor", "/applications/new/ineligible?isPacific=no"],
  ["contributor", "/applications/DRAFT"],
  ["contributor", "/applications/DRAFT/comments"],
  ["contributor", "/applications/DRAFT/sections"],
  ["contributor", "/applications/DRAFT/sections/initiative"],
  ["contributor", "/applications/DRAFT/sections/need"],
  ["contributor", "/applications/DRAFT/sections/partners"],
  ["contributor", "/applications/DRAFT/sections/activities"],
  ["contributor", "/applications/DRAFT/sections/budget"],
  ["contributor", "/applications/DRAFT/sections/risks"],
  ["contributor", "/applications/DRAFT/sections/files"],
  ["contributor", "/applications/DRAFT/print"],
  ["contributor", "/applications/DRAFT/sendForSignOff"],
  ["contributor", "/applications/ACTIVE/claims"],
  ["contributor", "/applications/ACTIVE/submitClaim"],
  ["contributor", "/applications/ACTIVE/submitReport"],
  ["contributor", "/applications/ACTIVE/askForVariation"],
  ["contributor", "/applications/ACTIVE/askForVariation?kind=SCOPE"],
  ["contributor", "/applications/ACTIVE/askForVariation?kind=COST"],
  ["certifier", "/applications/SIGN_OFF/signOffAndSubmit"],
  ["certifier", "/applications/SIGN_OFF/sections/budget"],
  ["certifier", "/applications/OFFERED/acceptOffer"],
  ["desk", "/work"],
  ["desk", "/work/sendOffer"],
  ["desk", "/work/assignAssessors"],
  ["desk", "/work/declineAsIneligible"],
  ["desk", "/applications/CHANGES_REQUESTED@Customs/changes"],
  ["desk", "/applications"],
  ["desk", "/applications?state=NOWHERE&from=abc&words=police"],
  ["desk", "/applications?state=OPEN&waitsOn=DESK&place=FJ&from=1000&sort=largest"],
  ["desk", "/applications/ACTIVE"],
  ["desk", "/applications/ACTIVE/print"],
  ["desk", "/applications/ACTIVE/changeSchedule"],
  ["desk", "/applications/ACTIVE/reports/1"],
  ["desk", "/reports?state=OPEN"],
  ["desk", "/applications/ACTIVE@NCSC"],
  ["desk", "/applications/MODERATION@NCSC/moderation"],
  ["desk", "/applications/MODERATION@NCSC/recommend"],
  ["desk", "/applications/ASSESSMENT@NZDF/unassignAssessor"],
  ["desk", "/rounds"],
  ["desk", "/rounds/new"],
  ["desk", "/applications/SUBMITTED@Maritime NZ/acceptForAssessment"],
  ["desk", "/rounds/ROUND/choose"],
  ["desk", "/applications/ACTIVE/interests"],
  ["desk", "/settings/interests"],
  ["desk", "/settings/people"],
  ["desk", "/settings/people/new"],
  ["desk", "/settings/agencies"],
  ["desk", "/settings/conditions"],
  ["desk", "/settings/letters"],
  ["desk", "/settings/letters/offer"],
  ["desk", "/settings/mail"],
  ["budget", "/budget"],
  ["budget", "/budget/adjust"],
  ["budget", "/budget/carry-forward"],
  ["budget", "/budget/carry-forward/new"],
  ["budget", "/budget/ledger"],
  ["budget", "/budget/ledger/1/reverse"],
  ["budget", "/budget/rows"],
  ["budget", "/budget/shares?by=place"],
  ["budget", "/budget/claims?state=PAID"],
  ["budget", "/budget/payments"],
  ["budget", "/applications/ACTIVE@Customs/recordPayment"],
  ["budget", "/applications/BUDGET_CHECK@Avsec"],
  ["budget", "/applications/BUDGET_CHECK@Avsec/confirmBudget"],
  ["budget", "/applications/CLOSING@MPI/recordRecovery"],
  ["budget", "/applications/ACTIVE@NZDF/confirmVariation"],
  ["budget", "/variations?kind=COST"],
  ["approver", "/applications/DECISION@Customs/approve"],
  ["approver", "/work/decline"],
  ["approver", "/account/deputies"],
  ["auditor", "/settings/audit"],
];

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 320, height: 900 };
const readers = [...new Set(PAGES.map(([key]) => key))];

for (const key of readers) {
  test(`no page of ${key ?? "the public"} has anything for axe to say, scrolls sideways, or is heavy`, async ({
    as,
    browser,
    portal,
    complaints,
  }) => {
    test.setTimeout(600_000);
    const page = key
      ? await as(PEOPLE[key], { viewport: WIDE })
      : await (await browser.newContext({ viewport: WIDE, baseURL: portal.url })).newPage();
    for (const [, pattern] of PAGES.filter(([reader]) => reader === key)) {
      if (pattern.includes("ROUND")) {
        await scan(portal, page, pattern.replace("ROUND", await roundInModeration(portal)));
        continue;
      }
      const wanted = /\/([A-Z_]{4,})(?:@([\w ]+))?/.exec(pattern);
      const reference = wanted ? await referenceOf(portal, wanted[1] ?? "", wanted[2]) : "";
      const path = wanted ? pattern.replace(wanted[0], `/${reference}`) : pattern;
      await scan(portal, page, path);
      // What stands in the place of an application until its reader has declared; and then the page itself.
      if (!(await page.getByLabel("I have no interest to declare").isVisible())) continue;
      await declareNoInterest(page, reference);
      await scan(portal, page, path);
    }
    await page.context().close();
    expect(complaints).toEqual([]);
  });
}

async function scan(portal: Portal, page: Page, path: string): Promise<void> {
  await page.setViewportSize(WIDE);
  await page.goto(path, { waitUntil: "networkidle" });
  await weigh(portal, page.url(), await page.content());
  for (const size of [WIDE, NARROW]) {
    await page.setViewportSize(size);
    expect(await faultsOf(page), `${path}, ${size.width} px wide`).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect([path, size.width, Math.max(0, overflow)]).toEqual([path, size.width, 0]);
  }
}

/** Pages that carry more than others: rows with react-hook-form, sums that follow what is chosen, choices beside days. */
const LIMITS: [RegExp, number][] = [
  [/\/sections\/(partners|activities|results|budget|risks)$/, 155_800],
  [/\/choose$/, 144_000],
  [/\/(changeSchedule|recordPayment|recordRecovery|submitClaim)$/, 140_500],
];
const sizes = new Map<string, number>();

/** Gzip-compressed scripts and styles of a page: 140 kB (more where LIMITS says) and 20 kB at the most. */
async function weigh(portal: Portal, url: string, html: string): Promise<void> {
  const sumOf = async (paths: Iterable<string>) => {
    let sum = 0;
    for (const path of new Set(paths)) {
      const size =
        sizes.get(path) ??
        gzipSync(Buffer.from(await (await fetch(new URL(path, portal.url))).arrayBuffer()), { level: 9 }).length;
      sizes.set(path, size);
      sum += size;
    }
    return sum;
  };
  const scripts = [...html.matchAll(/<script\b([^>]*)\bsrc="([^"]+)"([^>]*)>/g)]
    .filter((tag) => !/nomodule/i.test(tag[0]))
    .map((tag) => tag[2] ?? "");
  const styles = [...html.matchAll(/<link\b[^>]*href="([^"]+\.css[^"]*)"/g)].map((tag) => tag[1] ?? "");
  const limit = LIMITS.find(([pages]) => pages.test(url))?.[1] ?? 140_000;
  const scriptBytes = await sumOf(scripts);
  expect(scriptBytes, `JavaScript of ${url}`).toBeGreaterThan(50_000);
  expect(scriptBytes, `JavaScript of ${url}`).toBeLessThanOrEqual(limit);
  expect(await sumOf(styles), `CSS of ${url}`).toBeLessThanOrEqual(20_000);
}
