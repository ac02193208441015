import { randomUUID } from "node:crypto";
import { changeTies } from "#lib/advice/ties/commands.ts";
import { changeAgency } from "#lib/agencies/commands.ts";
import { createApplication } from "#lib/applications/commands.ts";
import { saveSection } from "#lib/applications/form/commands.ts";
import type { SectionKey } from "#lib/applications/form/sections.ts";
import { askForCarryForward } from "#lib/budget/carry-forward/commands.ts";
import { askForClosing, setCutoff, tellOfYearEnd } from "#lib/budget/years/commands.ts";
import { getYear, readYearEnd } from "#lib/budget/years/queries.ts";
import { accrualsFrom, closingObstacles } from "#lib/budget/years/rules.ts";
import { createRound, publishRound } from "#lib/fund/commands.ts";
import { STARTING_CHECKLIST } from "#lib/fund/schema.ts";
import { type AgencyActor, asAgency, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import type { Revised } from "#lib/lifecycle/settings/rules.ts";
import { askForAccruals } from "#lib/payments/accruals/commands.ts";
import { createAdministrator } from "#lib/people/commands.ts";
import { changeDelegation } from "#lib/people/delegations/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { DEMO_PEOPLE, MFAT_OPTION } from "#lib/people/schema.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, atTime, dayOf, earlierOf, financialYearOf, yearBeginsOn } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { formatYear } from "#lib/platform/money.ts";
import { confirmChange } from "#lib/workflow/changes/commands.ts";
import { giveEnvelopes } from "../envelopes.ts";
import { seedReferenceData } from "../seed.ts";
import { answersOf } from "./answers.ts";
import type { Cast } from "./chapter.ts";
import { chaptersOf } from "./chapters.ts";
import { askableOf, CARRIED_CENTS, momentsOf, nextYearOf, officeTime, startOf, TO_CARRY_CENTS } from "./plan.ts";
import { STORIES, type Story } from "./stories.ts";

/**
 * A fund to look at: three rounds and three financial years of applications, at least one in every state, made with the
 * same commands that people use, each at its own time in the past.
 */
export async function seedDemo(): Promise<void> {
  const today = dayOf(now());
  const year = financialYearOf(today);
  const first = financialYearOf(addDays(today, -Math.max(...STORIES.map(({ daysAgo }) => daysAgo))));
  let ended = await at(beginningOf(first), async () => {
    await seedReferenceData();
    await addPeople();
    await giveDelegations();
    await tieAdvisers();
  });
  const [budget, second] = [await mfat("budget@mfat.example"), await mfat("budget2@mfat.example")];
  const steps = [
    ...addRounds(await mfat("desk@mfat.example"), today, first),
    ...range(first, year).map((startYear) => ({ at: beginningOf(startYear), run: beginYear(budget, second) })),
    ...carryForward(budget, second, today, year),
    { at: officeTime(addDays(accrualsFrom(year - 1), 1), 0), run: askAtYearEnd },
    ...range(first, year - 2).flatMap((startYear) => closeYear(budget, second, startYear, today)),
    ...(await Promise.all(STORIES.map((story, number) => tell(story, number, today)))).flat(),
  ];
  steps.sort((a, b) => a.at.getTime() - b.at.getTime());
  // Nobody acts before somebody else's action has ended, and nobody in the future, even just after midnight.
  const latest = now();
  for (const step of steps) ended = await at(earlierOf(step.at < ended ? ended : step.at, latest), step.run);
  await settleOldMail();
}

/** Like the first start in every year: plans another year, and two budget officers set its envelope. */
const beginYear = (budget: MfatActor, second: MfatActor) => async (): Promise<void> => {
  await seedReferenceData();
  await giveEnvelopes(budget, second);
};

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** The first working morning of a financial year. */
function beginningOf(startYear: number): Date {
  const day = yearBeginsOn(startYear);
  return atTime(addDays(day, [1, 0, 0, 0, 0, 0, 2][day.getUTCDay()] ?? 0), "08:30");
}

/** Runs something at a time in the past; returns when it ended. */
async function at(moment: Date, work: () => Promise<unknown>): Promise<Date> {
  const before = shiftClock(moment.getTime() - Date.now());
  try {
    await work();
    return now();
  } finally {
    shiftClock(before);
  }
}

const mfat = async (email: string): Promise<MfatActor> => asMfat(await actor(email));
const financeOfficer = async (domain: string): Promise<AgencyActor | null> => {
  const found = await findActor(`finance@${domain}`);
  return found && asAgency(found);
};
const agencyPerson = async (email: string): Promise<AgencyActor> => asAgency(await actor(email));

async function actor(email: string) {
  const found = await findActor(email);
  if (!found) throw new Error(`The demonstration has no ${email}.`);
  return found;
}

/** The people who sign in, and two for each other agency that applies. */
async function addPeople(): Promise<void> {
  const agencies = await db().agency.findMany();
  const others = [...new Set(STORIES.map(({ agency }) => agency))].filter(
    (name) => !["NZ Police", "Customs"].includes(name),
  );
  const people = [
    ...DEMO_PEOPLE,
    ...others.flatMap((agency) => [
      {
        email: `contributor@${domainOf(agency)}`,
        name: `Contributor of ${agency}`,
        agency,
        roles: ["CONTRIBUTOR"] as const,
      },
      { email: `certifier@${domainOf(agency)}`, name: `Certifier of ${agency}`, agency, roles: ["CERTIFIER"] as const },
    ]),
  ];
  const isAdministrator = ({ roles }: (typeof people)[number]) => roles.some((role) => role === "ADMINISTRATOR");
  for (const person of people.filter(isAdministrator)) await createAdministrator(person);
  const by = await mfat("admin@mfat.example");
  for (const { email, name, roles, ...person } of people.filter((one) => !isAdministrator(one))) {
    const agency = agencies.find(({ abbreviation }) => abbreviation === person.agency);
    const side = agency ? "AGENCY" : "MFAT";
    await transaction(async (tx) => {
      const { id } = await tx.person.create({
        data: { email, name, side, agencyId: agency?.id ?? null, createdAt: now() },
      });
      await tx.personRole.createMany({ data: roles.map((role) => ({ personId: id, side, role })) });
      const data = { name, email, belongsTo: agency?.name ?? MFAT_OPTION, roles: [...roles] };
      await recordEvent(tx, { event: "person.created", actor: by, subject: `person:${id}`, data });
    });
  }
  const desk = await mfat("desk@mfat.example");
  for (const { id, emailDomains, isActive: _, revision, ...agency } of agencies) {
    if (!people.some((person) => person.agency === agency.abbreviation)) continue;
    const domains = [...emailDomains, domainOf(agency.abbreviation)].join("\n");
    await changeAgency(desk, { requestId: randomUUID(), revision }, id, {
      ...agency,
      emailDomains: domains,
      isActive: "yes",
    });
  }
}

/** For the form on somebody's page as it is now. */
async function asShown(id: string): Promise<Revised> {
  const { revision } = await db().person.findUniqueOrThrow({ where: { id }, select: { revision: true } });
  return { requestId: randomUUID(), revision };
}

/** What each approver may decide: one administrator asks, the other confirms. */
async function giveDelegations(): Promise<void> {
  const [admin, second] = [await mfat("admin@mfat.example"), await mfat("admin2@mfat.example")];
  for (const person of DEMO_PEOPLE) {
    if (!("limitCents" in person)) continue;
    const { personId } = await mfat(person.email);
    const { limitCents } = person;
    await changeDelegation(admin, await asShown(personId), personId, {
      delegation: limitCents === null ? "unlimited" : "limit",
      limit: limitCents === null ? "" : String(limitCents / 100n),
      reason: "Delegations of the fund (demonstration)",
    });
    const { id } = await db().changeRequest.findFirstOrThrow({ where: { personId } });
    await confirmChange(second, { requestId: randomUUID() }, id);
  }
}

/** Which initiatives each adviser reads, or which subject they are asked about. */
async function tieAdvisers(): Promise<void> {
  const admin = await mfat("admin@mfat.example");
  for (const person of DEMO_PEOPLE) {
    const places = "advisesFor" in person ? person.advisesFor : [];
    const adviseOn = "adviseOn" in person ? person.adviseOn : "";
    if (!places.length && !adviseOn) continue;
    const { personId } = await mfat(person.email);
    await changeTies(admin, await asShown(personId), personId, { places, adviseOn });
  }
}

const DOMAINS: Record<string, string> = { "NZ Police": "police.example", "Maritime NZ": "maritime.example" };
const domainOf = (agency: string): string => DOMAINS[agency] ?? `${agency.toLowerCase()}.example`;

type TimedStep = { at: Date; run: () => Promise<unknown> };

const ALL_YEAR = "Open all year";
const mainRound = (today: Date): string => `${formatYear(financialYearOf(today))} main round`;
const earlyRound = (today: Date): string => `Early round for ${formatYear(nextYearOf(today))}`;
const nameOfRound = ({ round }: Story, today: Date): string => {
  if (round === undefined) return ALL_YEAR;
  return round === "main" ? mainRound(today) : earlyRound(today);
};

/** The three rounds, each created shortly before it opens. */
function addRounds(desk: MfatActor, today: Date, first: number): TimedStep[] {
  const add = (name: string, opensOn: Date, closesOn: Date | null) => async () => {
    await createRound(
      desk,
      { requestId: randomUUID() },
      {
        name,
        opensOn,
        closesOn,
        closesTime: null,
        money: closesOn && 180_000_000n,
        minimumAssessments: 2,
        checklist: STARTING_CHECKLIST.join("\n"),
        tellEmails: null,
      },
    );
    const { id, revision } = await db().round.findUniqueOrThrow({ where: { name } });
    await publishRound(desk, { requestId: randomUUID(), revision }, id);
  };
  return [
    { at: beginningOf(first), run: add(ALL_YEAR, new Date(Date.UTC(first, 6, 1)), null) },
    { at: officeTime(addDays(today, -80), 0), run: add(earlyRound(today), addDays(today, -75), addDays(today, -26)) },
    { at: officeTime(addDays(today, -65), 0), run: add(mainRound(today), addDays(today, -60), addDays(today, 24)) },
  ];
}

/** The steps of all stories, each at its time; those of one story in order. */
async function tell(story: Story, number: number, today: Date): Promise<TimedStep[]> {
  const domain = domainOf(story.agency);
  const cast: Cast = {
    contributor: await agencyPerson(`contributor@${domain}`),
    certifier: await agencyPerson(`certifier@${domain}`),
    finance: await financeOfficer(domain),
    desk: await mfat("desk@mfat.example"),
    assessors: await Promise.all(
      ["assessor1@mfat.example", "assessor2@mfat.example", "assessor3@mfat.example"].map(mfat),
    ),
    post: await mfat("suva.post@mfat.example"),
    legal: await mfat("legal@mfat.example"),
    budget: await mfat("budget@mfat.example"),
    approver1: await mfat("approver1@mfat.example"),
    approver2: await mfat("approver2@mfat.example"),
  };
  let reference = "";
  const begin = async () => {
    const name = nameOfRound(story, today);
    const { id: roundId } = await db().round.findUniqueOrThrow({ where: { name } });
    reference = await createApplication(cast.contributor, { requestId: randomUUID() }, roundId);
    await writeSections(cast.contributor, reference, story, today);
  };
  const chapters = chaptersOf(story);
  const [begunAt = today, ...moments] = momentsOf(story, number, today, chapters);
  return [
    { at: begunAt, run: begin },
    ...chapters.map(({ run }, index) => ({
      at: moments[index] ?? begunAt,
      run: async () => run(cast, reference, await requestFor(reference)),
    })),
  ];
}

export async function writeSections(
  contributor: AgencyActor,
  reference: string,
  story: Story,
  today = dayOf(now()),
): Promise<void> {
  const isWritten = (key: SectionKey) =>
    story.end !== "DRAFT" || key === "initiative" || (key === "budget" && story.daysAgo > 8);
  const begun = dayOf(now());
  const startsOn = startOf(story, begun, today);
  const told = askableOf(story, begun, startsOn);
  const sections = answersOf(told, contributor.name, domainOf(story.agency), startsOn);
  for (const [key, values] of sections) {
    if (isWritten(key)) await saveSection(contributor, reference, key, values, "whole");
  }
}

async function requestFor(reference: string) {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference }, select: { revision: true } });
  return { requestId: randomUUID(), revision };
}

/** What the timed jobs did in last year's June. */
async function askAtYearEnd(): Promise<void> {
  await tellOfYearEnd();
  await askForAccruals();
}

/** The year before last, once everything in it and in earlier years is settled. */
function closeYear(budget: MfatActor, second: MfatActor, startYear: number, today: Date): TimedStep[] {
  const request = () => ({ requestId: randomUUID() });
  const setCutoffDay = async () => {
    if (await db().financialYear.findUnique({ where: { startYear } })) {
      await setCutoff(budget, request(), startYear, dayOf(now()));
    }
  };
  const close = async () => {
    if (!(await db().financialYear.findUnique({ where: { startYear } }))) return;
    const [life, end] = [await getYear(budget, startYear), await readYearEnd(budget, startYear)];
    if (closingObstacles(life, end, dayOf(now())).length) return;
    await askForClosing(budget, request(), startYear, `All of ${formatYear(startYear)} is paid, released or carried`);
    const { id } = await db().changeRequest.findFirstOrThrow({ where: { kind: "CLOSING", startYear } });
    await confirmChange(second, request(), id);
  };
  return [
    { at: officeTime(addDays(today, -17), 20), run: setCutoffDay },
    { at: officeTime(addDays(today, -14), 20), run: close },
  ];
}

/** Money that was carried into last year, and a carry-forward that is waiting for a second person. */
function carryForward(budget: MfatActor, second: MfatActor, today: Date, year: number): TimedStep[] {
  const request = () => ({ requestId: randomUUID() });
  const source = "Decision of the fund’s governance group (demonstration)";
  const agree = (fromYear: number, cents: bigint, reason: string) => () =>
    askForCarryForward(budget, request(), { fromYear, cents, reason, source, initiatives: [] });
  const confirm = async () => {
    const asked = { kind: "CARRY_FORWARD", startYear: year - 2 } as const;
    const { id } = await db().changeRequest.findFirstOrThrow({ where: asked });
    await confirmChange(second, request(), id);
  };
  return [
    {
      at: officeTime(addDays(today, -420), 0),
      run: agree(year - 2, CARRIED_CENTS, "Deliveries after 30 June"),
    },
    { at: officeTime(addDays(today, -400), 0), run: confirm },
    {
      at: officeTime(addDays(today, -13), 12),
      run: agree(year - 1, TO_CARRY_CENTS, "A patrol boat’s refit that ran late"),
    },
  ];
}

/**
 * Past mails are marked as sent, as they would be by now. Those of the last three days are really sent at the first
 * start.
 */
async function settleOldMail(): Promise<void> {
  const old = { lt: addDays(now(), -3) };
  await transaction(async (tx) => {
    await tx.$executeRaw`
      SELECT graphile_worker.remove_job('email:' || id) FROM "Email" WHERE "createdAt" < ${old.lt}`;
    await tx.$executeRaw`
      UPDATE "Email" SET "sentAt" = "createdAt" + interval '4 seconds', attempts = 1 WHERE "createdAt" < ${old.lt}`;
  });
}
