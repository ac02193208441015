// A random walk in which people, roles, addresses, agencies, rounds, criteria and deadlines change between any two steps.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Role } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { waits } from "#lib/lifecycle/waits/rows/queries.ts";
import { ACTOR, toActor } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { getCopy } from "#lib/records/queries.ts";
import { applicationPaper } from "#lib/records/rules.ts";
import { declareNone, useTestDatabase } from "#lib/testing/database.ts";
import {
  BY_CHANCE,
  dice,
  type Given,
  mfat,
  OF_NOBODY,
  oneOf,
  type Page,
  persons,
  rolesNow,
  TURNS_OF,
} from "#lib/testing/people-turns.ts";
import { Balance } from "#lib/testing/random.ts";
import { asShown } from "#lib/testing/settings.ts";

useTestDatabase("template_demo");

const TURNS = 96;
/** At most, until everything was seen that has to be. */
const TURNS_MAX = 160;
/** Everybody who is waited on by name has the role, and whatever waits on an assessor or an adviser names them. */
async function nobodyWaitsOnNobody(): Promise<void> {
  const rows = await db().$queryRaw<{ id: string; role: Role; personId: string | null }[]>`
    SELECT w.id, w.role, w."personId" FROM (${waits()}) w WHERE w.role IN ('ASSESSOR', 'ADVISER')`;
  const held = await rolesNow();
  for (const { id, role, personId } of rows)
    expect([id, personId && held.get(personId)?.has(role)]).toEqual([id, true]);
  const stuck = await db().application.findMany({
    where: {
      state: "ASSESSMENT",
      id: { notIn: (await db().$queryRaw<{ id: string }[]>`SELECT id FROM (${waits()}) w`).map(({ id }) => id) },
    },
    select: { reference: true },
  });
  expect(stuck).toEqual([]);
}

/** Each mail since an id that links somebody to an application links to one that they can open. */
async function noMailLeadsNowhere(since: string): Promise<void> {
  for (const { to, subject, text } of await db().email.findMany({ where: { id: { gt: since } } })) {
    const reference = /\/applications\/(PSF-\d{4}-\d+)/.exec(text)?.[1];
    const person = reference && (await db().person.findFirst({ where: { email: to, endedAt: null }, include: ACTOR }));
    if (!person) continue;
    const count = await db().application.count({ where: { AND: [scopeOf(toActor(person)), { reference }] } });
    expect([to, subject, count]).toEqual([to, subject, 1]);
  }
}

/**
 * One random turn, in every fourth case on an older page; returns what it granted on purpose, null where it was
 * refused.
 */
async function takeTurn(name: string, pages: readonly Page[]): Promise<{ given: Given } | null> {
  const stale = dice(4) === 0 ? oneOf(pages) : null;
  // Few people have left, and only people at agencies move.
  const all = await persons();
  const fitting = all.filter(({ endedAt, side }) =>
    name === "restores" ? endedAt : !endedAt && (name !== "moves" || side === "AGENCY"),
  );
  const person = stale?.person ?? oneOf(fitting.length ? fitting : all);
  const current = await asShown(person.id);
  const form = stale ? { ...stale.form, requestId: randomUUID() } : current;
  const [admin, desk] = [await mfat("admin@mfat.example"), await mfat("desk@mfat.example")];
  try {
    const given = (await TURNS_OF[name]?.({ admin, desk, form, person })) ?? null;
    if (!OF_NOBODY.includes(name)) expect([name, form.revision]).toEqual([name, current.revision]);
    return { given };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return null;
  }
}

/** The version of its round’s criteria that each application was accepted with. */
const acceptedWith = async (): Promise<Map<string, number | null>> =>
  new Map(
    (await db().application.findMany({ where: { criteriaVersion: { not: null } } })).map(({ id, criteriaVersion }) => [
      id,
      criteriaVersion,
    ]),
  );

/** Only a step that asks for it brings an application to other criteria than it was accepted with. */
async function criteriaStay(accepted: Map<string, number | null>, isAsked: boolean): Promise<void> {
  const changed = [...(await acceptedWith())].filter(([id, version]) => accepted.get(id) !== version);
  expect(changed.slice(isAsked ? 1 : 0)).toEqual([]);
  for (const [id, version] of changed) accepted.set(id, version);
}

/** Nobody has a role that they did not have before, except those granted on purpose. */
async function noRightCameBack(before: Map<string, Set<Role>>, given: Given): Promise<void> {
  for (const [id, roles] of await rolesNow()) {
    const came = [...roles].filter((role) => !before.get(id)?.has(role));
    expect([id, came.filter((role) => given?.id !== id || !given.roles.includes(role))]).toEqual([id, []]);
  }
}

test("whoever comes, goes, moves or is renamed, and whichever round, criterion or deadline changes: nothing waits on nobody, no mail leads nowhere, no right comes back, and what was certified reads as on its day", async () => {
  const desk = await mfat("desk@mfat.example");
  const certified = await db().application.findMany({
    where: { state: "ACTIVE" },
    orderBy: { reference: "asc" },
    take: 3,
  });
  for (const { id } of certified) await declareNone(desk.personId, { id });
  const copyOf = async ({ reference }: { reference: string }) => {
    const [facts, ...sections] = applicationPaper(await getCopy(desk, reference), "MFAT", new Date(0)).sections;
    return JSON.stringify([facts?.items.filter((item) => /Agency|Certif/.test(JSON.stringify(item))), sections]);
  };
  const read = () => Promise.all(certified.map(copyOf));
  const versionsOf = () => db().applicationVersion.findMany({ orderBy: [{ applicationId: "asc" }, { number: "asc" }] });
  const [asOnTheirDay, versions] = [await read(), await versionsOf()];
  const [names, balance] = [Object.keys(TURNS_OF), new Balance<string>()];
  const pages: Page[] = [];
  for (const person of await persons()) pages.push({ person, form: await asShown(person.id) });
  const must = names.filter((name) => !BY_CHANCE.includes(name));
  const accepted = await acceptedWith();
  for (let turn = 0; turn < TURNS || (turn < TURNS_MAX && balance.missing(must).length > 0); turn++) {
    const name = turn < TURNS || turn % 2 ? balance.next(names, dice(1_000)) : oneOf(balance.missing(must));
    const before = await rolesNow();
    const since = (await db().email.findFirstOrThrow({ orderBy: { id: "desc" } })).id;
    const taken = await takeTurn(name, pages);
    if (taken) balance.took(name);
    await noRightCameBack(before, taken?.given ?? null);
    await nobodyWaitsOnNobody();
    await noMailLeadsNowhere(since);
    const one = dice(certified.length);
    expect([name, await copyOf(certified[one] ?? expect.fail())]).toEqual([name, asOnTheirDay[one]]);
    await criteriaStay(accepted, name === "scoresAgain" && taken !== null);
  }
  expect([balance.words(), balance.missing(must)]).toEqual([balance.words(), []]);
  expect(await read()).toEqual(asOnTheirDay);
  expect(await versionsOf()).toEqual(versions);
}, 120_000);
