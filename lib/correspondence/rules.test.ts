import { expect, test } from "vitest";
import { mailRevision, mailSince, toldWords } from "./rules.ts";

const mfat = (id: string, name: string) => ({ id, name, side: "MFAT" as const, agency: null });
const police = (id: string, name: string) => ({ id, name, side: "AGENCY" as const, agency: "New Zealand Police" });

test("who was emailed: one’s own side by name, the other as such, oneself last, and nobody where nobody was", () => {
  const people = [mfat("1", "Ingrid"), police("2", "Aroha"), police("3", "Daniel")];
  expect(toldWords({ side: "MFAT", personId: "9" }, true, people)).toBe("the fund desk, New Zealand Police and Ingrid");
  expect(toldWords({ side: "MFAT", personId: "1" }, false, people)).toBe("New Zealand Police and you");
  expect(toldWords({ side: "AGENCY", personId: "2" }, true, people)).toBe("the fund desk, Daniel and you");
  const many = ["4", "5", "6", "7"].map((id) => mfat(id, id));
  expect(toldWords({ side: "MFAT", personId: "9" }, true, many)).toBe("the fund desk and 4 people at MFAT");
  expect(toldWords({ side: "MFAT", personId: "9" }, false, many.slice(1))).toBe("5, 6 and 7");
  expect(toldWords({ side: "AGENCY", personId: "2" }, true, many)).toBe("the fund desk");
  expect(toldWords({ side: "AGENCY", personId: "2" }, false, many)).toBeNull();
  expect(toldWords({ side: "MFAT", personId: "9" }, false, [])).toBeNull();
});

test("what happened to a mail since its line was read is told apart by its revision, and said", () => {
  const [sentAt, lastError] = [new Date("2026-11-24T03:00:00Z"), "550 No such mailbox"];
  const queued = { sentAt: null, attempts: 3, lastError: null };
  expect(mailRevision(queued)).toBe(12);
  expect(mailRevision({ ...queued, lastError })).toBe(13);
  expect(mailRevision({ ...queued, sentAt })).toBe(14);
  expect(mailRevision({ sentAt, attempts: 4, lastError })).toBe(19);
  expect(mailSince({ ...queued, sentAt })).toMatch(/^This email was sent on 24 November 2026, 4:00 pm/);
  expect(mailSince({ ...queued, lastError })).toMatch(/failed again\.$/);
  expect(mailSince(queued)).toMatch(/^Somebody put this email back/);
});
