// Two people at once at every step of the table: one of them acts, once, and the rules of the fund hold.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import * as arrangements from "#lib/arrangements/commands.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { draftOf, useCast, who } from "#lib/testing/cast.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { checkFund, checkWay } from "#lib/testing/rules.ts";
import { read, TAKE, tried, well } from "#lib/testing/steps.ts";
import { prepare, useDaysLeft } from "#lib/testing/ways.ts";
import { STEP_KEYS, type StepKey } from "./steps.ts";

useTestDatabase("template_demo");
useCast();
useDaysLeft();

test("control: what breaks a rule is found", async () => {
  await checkFund();
  const { reference } = await db().application.findFirstOrThrow({ where: { state: "OFFERED" } });
  const put = (state: State) => unguarded().application.update({ where: { reference }, data: { state } });
  try {
    await put("ACTIVE");
    await expect(checkFund()).rejects.toThrow(/deeply equal/);
    await expect(checkWay(reference)).rejects.toThrow();
  } finally {
    await put("OFFERED");
  }
  await checkFund();
  await checkWay(reference);
});

type Press = [StepKey, first: string, second: string];
const of = (domain: string, role: string): [string, string] => [
  `${role}@${domain}.example`,
  `${role}2@${domain}.example`,
];
const DESK = of("mfat", "desk");
const BUDGET = of("mfat", "budget");
const APPROVERS: [string, string] = ["approver2@mfat.example", "approver3@mfat.example"];
const CONTRIBUTORS = of("police", "contributor");
const CERTIFIERS = of("police", "certifier");
/** One person in two windows, because an assessment belongs to one assessor. */
const alone = (email: string): [string, string] => [email, email];

const SUBMIT: Press[] = [
  ["sendForSignOff", ...CONTRIBUTORS],
  ["signOffAndSubmit", ...CERTIFIERS],
];
const ASSESS: Press[] = [
  ["acceptForAssessment", ...DESK],
  ["assignAssessors", ...DESK],
  ["completeAssessment", ...alone("assessor1@mfat.example")],
  ["completeAssessment", ...alone("assessor2@mfat.example")],
  ["startModeration", ...DESK],
];
const CHECK: Press[] = [
  ["recommend", ...DESK],
  ["confirmBudget", ...BUDGET],
];
const PAY: Press[] = [
  ["submitClaim", ...CONTRIBUTORS],
  ["confirmWork", ...DESK],
  ["takeBackConfirmation", ...DESK],
  ["confirmWork", ...DESK],
  ["approveClaim", ...BUDGET],
  ["recordPayment", ...BUDGET],
];
const OFFER: Press[] = [...SUBMIT, ...ASSESS, ...CHECK, ["approve", ...APPROVERS], ["sendOffer", ...DESK]];
const WITHDRAW: Press = ["withdraw", "contributor@police.example", "certifier@police.example"];

/** Paths that take every step of the table. */
const WAYS: Record<string, Press[]> = {
  "to its closing": [
    ["sendForSignOff", ...CONTRIBUTORS],
    ["returnToContributor", ...CERTIFIERS],
    ["sendForSignOff", ...CONTRIBUTORS],
    ["takeBack", ...CONTRIBUTORS],
    ...SUBMIT,
    ["askForChanges", ...DESK],
    ["moveDueDate", ...DESK],
    ...SUBMIT,
    ["putOnHold", ...DESK],
    ["resume", ...DESK],
    ...ASSESS.slice(0, 2),
    ["unassignAssessor", ...DESK],
    ...ASSESS.slice(1, 3),
    ["reopenAssessment", ...alone("assessor1@mfat.example")],
    ["askForAdvice", ...DESK],
    ["withdrawQuestion", ...DESK],
    ["askForAdvice", ...DESK],
    ...ASSESS.slice(2, 4),
    ["setAssessmentAside", ...DESK],
    ["countAssessmentAgain", ...DESK],
    ["askToScoreAgain", ...DESK],
    ["completeAssessment", ...alone("assessor1@mfat.example")],
    ["completeAssessment", ...alone("assessor2@mfat.example")],
    ["startModeration", ...DESK],
    ["returnAssessment", ...DESK],
    ["completeAssessment", ...alone("assessor1@mfat.example")],
    ["startModeration", ...DESK],
    ["setAssessmentAside", ...DESK],
    ["countAssessmentAgain", ...DESK],
    ["keepAssessment", ...DESK],
    ["giveAdvice", ...alone("suva.post@mfat.example")],
    ["takeBackAdvice", ...alone("suva.post@mfat.example")],
    ["passOverAdvice", ...DESK],
    ["recommend", ...DESK],
    ["takeBackRecommendation", ...DESK],
    ["recommend", ...DESK],
    ["returnRecommendation", ...BUDGET],
    ...CHECK,
    ["returnRecommendation", ...APPROVERS],
    ...CHECK,
    ["approve", ...APPROVERS],
    ["reopenDecision", ...APPROVERS],
    ["decline", ...APPROVERS],
    ["reopenDecision", ...APPROVERS],
    ["approve", ...APPROVERS],
    ["sendOffer", ...DESK],
    ["moveLastDay", ...DESK],
    ["withdrawOffer", ...DESK],
    ["sendOffer", ...DESK],
    ["acceptOffer", ...CERTIFIERS],
    ["submitClaim", ...CONTRIBUTORS],
    ["withdrawClaim", ...CONTRIBUTORS],
    ["submitClaim", ...CONTRIBUTORS],
    ["returnClaim", ...DESK],
    ...PAY,
    ["correctPayment", ...BUDGET],
    ["recordReturnedPayment", ...BUDGET],
    ["recordPayment", ...BUDGET],
    ["recordCreditNote", ...BUDGET],
    ["recoverPayment", ...BUDGET],
    ["reverseRecovery", ...BUDGET],
    ["recoverPayment", ...BUDGET],
    ...PAY,
    ["stateAccrual", ...CONTRIBUTORS],
    ["changePurchaseOrder", ...of("police", "finance")],
    ["askForVariation", ...CONTRIBUTORS],
    ["cancelVariation", ...CONTRIBUTORS],
    ["askForVariation", ...CONTRIBUTORS],
    ["declineVariation", ...BUDGET],
    ["askForVariation", ...CONTRIBUTORS],
    ["confirmVariation", ...BUDGET],
    ["approveVariation", ...APPROVERS],
    ["changeCondition", ...DESK],
    ["meetCondition", ...DESK],
    ["reopenCondition", ...DESK],
    // One of two progress reports is removed from the schedule, so that the next but one is the last.
    ["changeSchedule", ...DESK],
    ["submitReport", ...CONTRIBUTORS],
    ["returnReport", ...DESK],
    ["submitReport", ...CONTRIBUTORS],
    ["acceptReport", ...DESK],
    ["reopenReport", ...DESK],
    ["acceptReport", ...DESK],
    ["submitReport", ...CONTRIBUTORS],
    ["acceptLastReport", ...DESK],
    ["prepareAcquittal", ...of("police", "finance")],
    ["submitAcquittal", ...CERTIFIERS],
    ["returnAcquittal", ...BUDGET],
    ["submitAcquittal", ...CERTIFIERS],
    ["recordRecovery", ...BUDGET],
    ["confirmSurplus", ...BUDGET],
    ["close", ...DESK],
    ["askToReopen", ...DESK],
    ["declineReopening", ...BUDGET],
    ["askToReopen", ...DESK],
    ["confirmReopening", ...BUDGET],
    ["close", ...DESK],
  ],
  discarded: [
    ["discard", ...CONTRIBUTORS],
    ["reopen", ...DESK],
    ["discard", ...CONTRIBUTORS],
  ],
  ineligible: [...SUBMIT, ["declineAsIneligible", ...DESK], ["reopen", ...DESK], ["declineAsIneligible", ...DESK]],
  declined: [
    ...SUBMIT,
    ...ASSESS,
    ...CHECK,
    ["decline", ...APPROVERS],
    ["sendDecisionLetter", ...DESK],
    ["reopenDeclined", ...APPROVERS],
    ["decline", ...APPROVERS],
    ["sendDecisionLetter", ...DESK],
  ],
  withdrawn: [...SUBMIT, ...ASSESS, ...CHECK, WITHDRAW, ["reopen", ...DESK], WITHDRAW],
  "its offer declined": [
    ...OFFER,
    ["declineOffer", ...CERTIFIERS],
    ["reopen", ...DESK],
    ["declineOffer", ...CERTIFIERS],
  ],
  "its offer lapsed": [...OFFER, ["lapse", "", ""]],
  terminated: [
    ...OFFER,
    ["acceptOffer", ...CERTIFIERS],
    ["terminate", ...DESK],
    ["askToReopen", ...DESK],
    ["confirmReopening", ...BUDGET],
    ["terminate", ...DESK],
  ],
};

async function pressTwice(reference: string, [action, first, second]: Press): Promise<string[]> {
  if (action === "lapse") {
    shiftClock(30 * 86_400_000);
    const counts = await Promise.all([arrangements.lapseOverdueOffers(), arrangements.lapseOverdueOffers()]);
    return counts.map((count) => (count ? "done" : "STATE"));
  }
  await prepare(reference, action, [first, second]);
  const { revision } = await read(reference);
  const press = (name: string) =>
    tried(() => TAKE[action](who(name), { requestId: randomUUID(), revision }, reference, well));
  return Promise.all([press(first), press(second)]);
}

for (const [end, presses] of Object.entries(WAYS)) {
  test(`two at once at every step of an application that is ${end}: one acts, once`, async () => {
    const reference = await draftOf("contributor@police.example");
    const { id: applicationId } = await read(reference);
    for (const [index, press] of presses.entries()) {
      const said = await pressTwice(reference, press);
      const refused = said.filter((word) => word !== "done");
      expect([press[0], refused.length, said]).toEqual([press[0], 1, said]);
      expect(refused[0]).toMatch(/^(CONFLICT|STATE)/);
      const taken = await db().auditEvent.count({ where: { applicationId, action: { not: null } } });
      expect([press[0], taken]).toEqual([press[0], index + 1]);
    }
    await checkFund();
    await checkWay(reference);
  });
}

test("every step of the table is among them", () => {
  const pressed = new Set(Object.values(WAYS).flatMap((presses) => presses.map(([action]) => action)));
  expect(STEP_KEYS.filter((action) => !pressed.has(action))).toEqual([]);
});
