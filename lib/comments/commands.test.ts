import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { asAgency } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { addComment, settleComment } from "./commands.ts";
import { countOpenComments, listComments } from "./queries.ts";

useTestDatabase("template_demo");

const agencyActor = async (email: string) => asAgency((await findActor(email)) ?? never());
const never = () => {
  throw new Error("The demo has no such person.");
};
const own = () =>
  db().application.findFirstOrThrow({ where: { state: "SIGN_OFF", agency: { abbreviation: "NZ Police" } } });

test("a comment is said once, told to colleagues who take part and to nobody else, and settled once", async () => {
  const { id, reference } = await own();
  const certifier = await agencyActor("certifier@police.example");
  const contributor = await agencyActor("contributor@police.example");
  const mailsBefore = await db().email.count();
  const request = { requestId: randomUUID() };
  const comment = { text: "Is the travel line for two people?", section: "budget" };
  await Promise.all([1, 2, 3].map(() => addComment(certifier, request, reference, comment)));
  const [said, ...more] = await listComments(contributor, id);
  expect(more).toEqual([]);
  expect(said).toMatchObject({ ...comment, author: certifier.name, done: null });
  expect(await countOpenComments(contributor, id)).toEqual(new Map([["budget", 1]]));

  const mails = await db().email.findMany({ orderBy: { id: "desc" }, take: (await db().email.count()) - mailsBefore });
  expect(mails.map(({ to, applicationId }) => [to, applicationId])).toEqual([["contributor@police.example", null]]);
  expect(mails[0]?.subject).toBe(`[UNCLASSIFIED] ${reference}: a colleague commented`);
  expect(`${mails[0]?.text}${mails[0]?.html}`).not.toContain("travel line");

  await settleComment(contributor, reference, said?.id ?? "");
  await settleComment(certifier, reference, said?.id ?? "");
  expect((await listComments(certifier, id))[0]?.done?.by).toBe(contributor.name);
  expect(await countOpenComments(certifier, id)).toEqual(new Map());
});

test("who is named is emailed though they never worked on it, and how many were emailed is answered", async () => {
  const { reference } = await own();
  const police = await agencyActor("contributor@police.example");
  const finance = await agencyActor("finance@police.example");
  const say = (text: string) => addComment(police, { requestId: randomUUID() }, reference, { text, section: null });
  const before = await db().email.count({ where: { to: finance.email } });
  const told = await say("Is the travel line for two?");
  expect(await db().email.count({ where: { to: finance.email } })).toBe(before);
  expect(await say(`@${finance.name}: is the travel line for two?`)).toBe(told + 1);
  const [mail] = await db().email.findMany({ where: { to: finance.email }, orderBy: { id: "desc" }, take: 1 });
  expect(mail?.subject).toBe(`[UNCLASSIFIED] ${reference}: a colleague asks for you`);
  expect(mail?.text).toContain(`${police.name} named you in a comment on the application.`);
});

test("another agency neither reads nor writes nor settles", async () => {
  const { id, reference } = await own();
  const customs = await agencyActor("contributor@customs.example");
  const police = await agencyActor("contributor@police.example");
  await addComment(police, { requestId: randomUUID() }, reference, { text: "Ours", section: null });
  const [said] = await listComments(police, id);
  expect(await listComments(customs, id)).toEqual([]);
  const write = addComment(customs, { requestId: randomUUID() }, reference, { text: "Theirs", section: null });
  await expect(write).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(settleComment(customs, reference, said?.id ?? "")).rejects.toMatchObject({ code: "NOT_FOUND" });
  const otherOwn = await db().application.findFirstOrThrow({ where: { agencyId: customs.agencyId } });
  await expect(settleComment(customs, otherOwn.reference, said?.id ?? "")).rejects.toMatchObject({ code: "NOT_FOUND" });
  const data = { applicationId: id, agencyId: customs.agencyId, text: "x", authorId: customs.personId };
  await expect(db().comment.create({ data: { ...data, requestId: randomUUID() } })).rejects.toThrow();
});

test("what was said cannot be changed, and an application that has ended takes no more", async () => {
  const { id, reference } = await own();
  const police = await agencyActor("contributor@police.example");
  await addComment(police, { requestId: randomUUID() }, reference, { text: "As said", section: null });
  await expect(db().comment.updateMany({ where: { applicationId: id }, data: { text: "Other" } })).rejects.toThrow();
  const ended = await db().application.findFirstOrThrow({ where: { state: "CLOSED", agencyId: police.agencyId } });
  await getApplication(police, ended.reference);
  const late = addComment(police, { requestId: randomUUID() }, ended.reference, { text: "Late", section: null });
  await expect(late).rejects.toMatchObject({ code: "STATE" });
});
