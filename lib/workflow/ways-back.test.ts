// Every step is taken by mistake and undone, by the real commands: the application is where it was before, and the
// history shows both. A new step needs a row here for each of its ways back, or a reason why it has none.
import { expect, test } from "vitest";
import { NO_WAY_BACK } from "#lib/lifecycle/steps.ts";
import { draftOf, useCast } from "#lib/testing/cast.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { checkFund, checkWay } from "#lib/testing/rules.ts";
import {
  amounts,
  backOnSchedule,
  backToDueDate,
  backToLastDay,
  isWayBack,
  neverRecorded,
  oneCentMore,
  order,
  returnForItsDay,
  slipAndBack,
  someAccrual,
  tenDollarsLess,
  unassignFirst,
  type WayBack,
} from "#lib/testing/slips.ts";
import { readStanding, type Standing } from "#lib/testing/standing.ts";
import { type Taken, TO_APPROVED, TO_OFFERED, TO_SUBMITTED, useDaysLeft, walk } from "#lib/testing/ways.ts";
import { STEP_KEYS, type StepKey, stepRow } from "./steps.ts";

useTestDatabase("template_demo");
useCast();
useDaysLeft();

const CONTRIBUTOR = "contributor@police.example";
const CERTIFIER = "certifier@police.example";
const DESK = "desk@mfat.example";
const FINANCE = "finance@police.example";
const ASSESSOR = "assessor1@mfat.example";
const BUDGET = "budget@mfat.example";
const ADVISER = "suva.post@mfat.example";
const APPROVER = "approver2@mfat.example";

const REOPENED: readonly [Taken, ...Taken[]] = [
  ["askToReopen", DESK],
  ["confirmReopening", BUDGET],
];
const WITHDRAWN: WayBack = { slip: ["withdraw", CONTRIBUTOR], undo: [["reopen", DESK]] };
const HELD: WayBack = { slip: ["putOnHold", DESK], undo: [["resume", DESK]] };

/** Paths through the table. A step alone moves on; one with its way back is taken by mistake at that point. */
const WAYS: Record<string, readonly (Taken | WayBack)[]> = {
  "to its closing": [
    { slip: ["discard", CONTRIBUTOR], undo: [["reopen", DESK]] },
    { slip: ["sendForSignOff", CONTRIBUTOR], undo: [["takeBack", CONTRIBUTOR]] },
    { slip: ["sendForSignOff", CONTRIBUTOR], undo: [["returnToContributor", CERTIFIER]] },
    ["sendForSignOff", CONTRIBUTOR],
    { slip: ["takeBack", CONTRIBUTOR], undo: [["sendForSignOff", CONTRIBUTOR]] },
    { slip: ["returnToContributor", CERTIFIER], undo: [["sendForSignOff", CONTRIBUTOR]] },
    {
      slip: ["signOffAndSubmit", CERTIFIER],
      undo: [
        ["askForChanges", DESK],
        ["sendForSignOff", CONTRIBUTOR],
      ],
      // What was certified stays a version, and changes to it have their own due date.
      leaves: ["state", "deadlines", "waits", "answers"],
    },
    ["signOffAndSubmit", CERTIFIER],
    { slip: ["declineAsIneligible", DESK], undo: [["reopen", DESK]] },
    WITHDRAWN,
    HELD,
    ["askForChanges", DESK],
    { slip: ["moveDueDate", DESK], undo: [["moveDueDate", DESK, backToDueDate]] },
    WITHDRAWN,
    HELD,
    ["putOnHold", DESK],
    { slip: ["resume", DESK], undo: [["putOnHold", DESK]] },
    WITHDRAWN,
    ["resume", DESK],
    ...TO_SUBMITTED,
    ["acceptForAssessment", DESK],
    {
      slip: ["assignAssessors", DESK],
      undo: [
        ["unassignAssessor", DESK],
        ["unassignAssessor", DESK, unassignFirst],
      ],
    },
    ["assignAssessors", DESK],
    { slip: ["unassignAssessor", DESK], undo: [["assignAssessors", DESK]] },
    WITHDRAWN,
    { slip: ["askForAdvice", DESK], undo: [["withdrawQuestion", DESK]] },
    ["askForAdvice", DESK],
    { slip: ["withdrawQuestion", DESK], undo: [["askForAdvice", DESK]] },
    WITHDRAWN,
    // Their interests are declared by then.
    { slip: ["giveAdvice", ADVISER], undo: [["takeBackAdvice", ADVISER]], leaves: ["waits"] },
    ["completeAssessment", ASSESSOR],
    {
      slip: ["completeAssessment", "assessor2@mfat.example"],
      undo: [["reopenAssessment", "assessor2@mfat.example"]],
      // Their interests are declared by then.
      leaves: ["waits"],
    },
    ["completeAssessment", "assessor2@mfat.example"],
    { slip: ["reopenAssessment", ASSESSOR], undo: [["completeAssessment", ASSESSOR]] },
    { slip: ["setAssessmentAside", DESK], undo: [["countAssessmentAgain", DESK]] },
    {
      slip: ["startModeration", DESK],
      undo: [
        ["returnAssessment", DESK],
        ["completeAssessment", ASSESSOR],
      ],
    },
    ["startModeration", DESK],
    {
      slip: ["returnAssessment", DESK],
      undo: [
        ["completeAssessment", ASSESSOR],
        ["startModeration", DESK],
      ],
    },
    ["setAssessmentAside", DESK],
    { slip: ["countAssessmentAgain", DESK], undo: [["setAssessmentAside", DESK]] },
    ["countAssessmentAgain", DESK],
    WITHDRAWN,
    { slip: ["passOverAdvice", DESK], undo: [["askForAdvice", DESK]] },
    ["giveAdvice", ADVISER],
    { slip: ["takeBackAdvice", ADVISER], undo: [["giveAdvice", ADVISER]] },
    { slip: ["recommend", DESK], undo: [["takeBackRecommendation", DESK]] },
    { slip: ["recommend", DESK], undo: [["returnRecommendation", BUDGET]] },
    ["recommend", DESK],
    { slip: ["takeBackRecommendation", DESK], undo: [["recommend", DESK]] },
    { slip: ["returnRecommendation", BUDGET], undo: [["recommend", DESK]] },
    {
      slip: ["confirmBudget", BUDGET],
      undo: [
        ["returnRecommendation", APPROVER],
        ["recommend", DESK],
      ],
    },
    WITHDRAWN,
    ["confirmBudget", BUDGET],
    {
      slip: ["returnRecommendation", APPROVER],
      undo: [
        ["recommend", DESK],
        ["confirmBudget", BUDGET],
      ],
    },
    WITHDRAWN,
    { slip: ["approve", APPROVER], undo: [["reopenDecision", APPROVER]] },
    { slip: ["decline", APPROVER], undo: [["reopenDecision", APPROVER]] },
    ["approve", APPROVER],
    { slip: ["reopenDecision", APPROVER], undo: [["approve", APPROVER]] },
    WITHDRAWN,
    { slip: ["sendOffer", DESK], undo: [["withdrawOffer", DESK]] },
    ["sendOffer", DESK],
    { slip: ["withdrawOffer", DESK], undo: [["sendOffer", DESK]] },
    { slip: ["moveLastDay", DESK], undo: [["moveLastDay", DESK, backToLastDay]] },
    { slip: ["declineOffer", CERTIFIER], undo: [["reopen", DESK]] },
    WITHDRAWN,
    HELD,
    ["acceptOffer", CERTIFIER],
    HELD,
    {
      slip: ["changePurchaseOrder", FINANCE, order("PO 1")],
      undo: [["changePurchaseOrder", FINANCE, order("")]],
    },
    // An invoice that was sent stays on file, and what was returned can be claimed again.
    { slip: ["submitClaim", CONTRIBUTOR], undo: [["withdrawClaim", CONTRIBUTOR]], leaves: ["files"] },
    { slip: ["submitClaim", CONTRIBUTOR], undo: [["returnClaim", DESK]], leaves: ["waits", "asked", "files"] },
    ["submitClaim", CONTRIBUTOR],
    { slip: ["withdrawClaim", CONTRIBUTOR], undo: [["submitClaim", CONTRIBUTOR]], leaves: ["files"] },
    { slip: ["returnClaim", DESK], undo: [["submitClaim", CONTRIBUTOR]], leaves: ["files"] },
    { slip: ["confirmWork", DESK], undo: [["takeBackConfirmation", DESK]] },
    {
      slip: ["confirmWork", DESK],
      undo: [
        ["returnClaim", BUDGET],
        ["submitClaim", CONTRIBUTOR],
      ],
      leaves: ["files"],
    },
    ["confirmWork", DESK],
    { slip: ["takeBackConfirmation", DESK], undo: [["confirmWork", DESK]] },
    {
      slip: ["approveClaim", BUDGET],
      undo: [
        ["returnClaim", BUDGET],
        ["submitClaim", CONTRIBUTOR],
        ["confirmWork", DESK],
      ],
      leaves: ["files"],
    },
    ["approveClaim", BUDGET],
    { slip: ["recordPayment", BUDGET], undo: [["recordReturnedPayment", BUDGET]] },
    {
      slip: ["recordPayment", BUDGET],
      undo: [
        ["correctPayment", BUDGET],
        ["recordReturnedPayment", BUDGET],
      ],
    },
    {
      slip: ["recordPayment", BUDGET],
      undo: [
        ["recoverPayment", BUDGET],
        ["submitClaim", CONTRIBUTOR],
        ["confirmWork", DESK],
        ["approveClaim", BUDGET],
      ],
      leaves: ["files"],
    },
    ["recordPayment", BUDGET],
    { slip: ["correctPayment", BUDGET, oneCentMore(-1n)], undo: [["correctPayment", BUDGET, oneCentMore(1n)]] },
    { slip: ["recordReturnedPayment", BUDGET], undo: [["recordPayment", BUDGET]] },
    { slip: ["recordCreditNote", BUDGET], undo: [["correctPayment", BUDGET, neverRecorded]] },
    { slip: ["recoverPayment", BUDGET], undo: [["reverseRecovery", BUDGET]] },
    ["recoverPayment", BUDGET],
    { slip: ["reverseRecovery", BUDGET], undo: [["recoverPayment", BUDGET]] },
    ["reverseRecovery", BUDGET],
    { slip: ["askForVariation", CONTRIBUTOR], undo: [["cancelVariation", CONTRIBUTOR]] },
    ["askForVariation", CONTRIBUTOR],
    { slip: ["cancelVariation", CONTRIBUTOR], undo: [["askForVariation", CONTRIBUTOR]] },
    { slip: ["declineVariation", BUDGET], undo: [["askForVariation", CONTRIBUTOR]] },
    {
      slip: ["confirmVariation", BUDGET],
      undo: [
        ["cancelVariation", CONTRIBUTOR],
        ["askForVariation", CONTRIBUTOR],
      ],
    },
    {
      slip: ["confirmVariation", BUDGET],
      undo: [
        ["declineVariation", APPROVER],
        ["askForVariation", CONTRIBUTOR],
      ],
    },
    ["confirmVariation", BUDGET],
    {
      slip: ["approveVariation", APPROVER],
      undo: [
        ["askForVariation", CONTRIBUTOR, tenDollarsLess],
        ["confirmVariation", BUDGET],
        ["approveVariation", APPROVER],
        ["askForVariation", CONTRIBUTOR],
        ["confirmVariation", BUDGET],
      ],
    },
    ["approveVariation", APPROVER],
    { slip: ["meetCondition", DESK], undo: [["reopenCondition", DESK]] },
    ["meetCondition", DESK],
    { slip: ["reopenCondition", DESK], undo: [["meetCondition", DESK]] },
    ["reopenCondition", DESK],
    { slip: ["changeSchedule", DESK], undo: [["changeSchedule", DESK, backOnSchedule]] },
    ["changeSchedule", DESK],
    {
      slip: ["submitReport", CONTRIBUTOR],
      undo: [["returnReport", DESK, returnForItsDay]],
      // What was returned is waiting at once, and not only shortly before its day.
      leaves: ["waits", "asked"],
    },
    ["submitReport", CONTRIBUTOR],
    { slip: ["returnReport", DESK], undo: [["submitReport", CONTRIBUTOR]] },
    { slip: ["acceptReport", DESK], undo: [["reopenReport", DESK]] },
    ["acceptReport", DESK],
    { slip: ["reopenReport", DESK], undo: [["acceptReport", DESK]] },
    ["submitReport", CONTRIBUTOR],
    ["acceptLastReport", DESK],
    ["prepareAcquittal", FINANCE, amounts(0)],
    { slip: ["prepareAcquittal", FINANCE, amounts(1)], undo: [["prepareAcquittal", FINANCE, amounts(0)]] },
    { slip: ["submitAcquittal", CERTIFIER], undo: [["returnAcquittal", BUDGET]] },
    ["submitAcquittal", CERTIFIER],
    { slip: ["returnAcquittal", BUDGET], undo: [["submitAcquittal", CERTIFIER]] },
    { slip: ["recordRecovery", BUDGET], undo: [["reverseRecovery", BUDGET]] },
    ["recordRecovery", BUDGET],
    { slip: ["reverseRecovery", BUDGET], undo: [["recordRecovery", BUDGET]] },
    ["confirmSurplus", BUDGET],
    { slip: ["close", DESK], undo: REOPENED },
    ["close", DESK],
    ["askToReopen", DESK],
    {
      slip: ["confirmReopening", BUDGET],
      undo: [
        ["close", DESK],
        ["askToReopen", DESK],
      ],
    },
  ],
  "that was terminated": [
    ...TO_OFFERED,
    ["acceptOffer", CERTIFIER],
    { slip: ["terminate", DESK], undo: REOPENED },
    ["terminate", DESK],
    { slip: ["askToReopen", DESK], undo: [["declineReopening", BUDGET]] },
    ["askToReopen", DESK],
    {
      slip: ["confirmReopening", BUDGET],
      undo: [
        ["terminate", DESK],
        ["askToReopen", DESK],
      ],
    },
    { slip: ["declineReopening", APPROVER], undo: [["askToReopen", DESK]] },
  ],
  "that was declined": [
    ...TO_APPROVED.slice(0, -1),
    ["decline", APPROVER],
    { slip: ["reopenDecision", APPROVER], undo: [["decline", APPROVER]] },
    {
      slip: ["sendDecisionLetter", DESK],
      undo: [
        ["reopenDeclined", APPROVER],
        ["decline", APPROVER],
      ],
    },
    ["sendDecisionLetter", DESK],
    {
      slip: ["reopenDeclined", APPROVER],
      undo: [
        ["decline", APPROVER],
        ["sendDecisionLetter", DESK],
      ],
    },
    {
      slip: ["reopenDeclined", APPROVER],
      undo: [
        ["approve", APPROVER],
        ["reopenDecision", APPROVER],
        ["decline", APPROVER],
        ["sendDecisionLetter", DESK],
      ],
    },
  ],
  "whose offer lapsed": [
    ...TO_OFFERED,
    // Its last day has passed, so it is open to another.
    { slip: ["lapse", ""], undo: [["reopen", DESK]], leaves: ["deadlines", "waits"] },
  ],
  "that was reopened in error": [
    ["discard", CONTRIBUTOR],
    { slip: ["reopen", DESK], undo: [["discard", CONTRIBUTOR]] },
    ["reopen", DESK],
    ...TO_SUBMITTED,
    ["declineAsIneligible", DESK],
    { slip: ["reopen", DESK], undo: [["declineAsIneligible", DESK]] },
    ["reopen", DESK],
    ["withdraw", CONTRIBUTOR],
    { slip: ["reopen", DESK], undo: [["withdraw", CERTIFIER]] },
    ["reopen", DESK],
    ...TO_APPROVED.slice(TO_SUBMITTED.length),
    ["sendOffer", DESK],
    ["declineOffer", CERTIFIER],
    { slip: ["reopen", DESK], undo: [["declineOffer", CERTIFIER]] },
  ],
  "with work of June": [
    ...TO_OFFERED,
    ["acceptOffer", CERTIFIER],
    ["stateAccrual", CONTRIBUTOR],
    { slip: ["stateAccrual", CONTRIBUTOR, someAccrual], undo: [["stateAccrual", CONTRIBUTOR]] },
  ],
};

for (const [of, way] of Object.entries(WAYS)) {
  test(`an application ${of}: each step and its way back leave it where it was, on record`, async () => {
    const reference = await draftOf(CONTRIBUTOR);
    let at: Standing | null = null;
    for (const one of way) {
      if (isWayBack(one)) {
        at = await slipAndBack(reference, one, at ?? (await readStanding(reference)));
      } else {
        await walk(reference, one);
        at = null;
      }
    }
    await checkFund();
    await checkWay(reference);
  });
}

test("every step of the table has each of its ways back among them, or one of the reasons for having none", () => {
  const rows = Object.values(WAYS).flat().filter(isWayBack);
  const tried = new Set(rows.map(({ slip, undo: [first] }) => `${slip[0]}, ${first[0]}`));
  const asked = STEP_KEYS.flatMap((step: StepKey) => {
    const { back } = stepRow(step);
    if ("none" in back) return Object.hasOwn(NO_WAY_BACK, back.none) ? [] : [`${step}, ${back.none}`];
    return back.length ? back.map((undo) => `${step}, ${undo}`) : [`${step}, nothing`];
  });
  expect([...tried].sort()).toEqual(asked.sort());
});
