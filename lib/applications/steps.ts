import type { Obstacles } from "#lib/lifecycle/steps.ts";
import { defineSteps } from "#lib/lifecycle/steps.ts";
import { DECLARATION_FIELDS } from "./form/declaration.ts";
import { INELIGIBLE_FIELDS, RETURN_FIELDS } from "./schema.ts";
import { ASK_FOR_CHANGES_FIELDS, MOVE_DUE_DATE_FIELDS } from "./screening/schema.ts";

/** From the draft to the screening. */
export const APPLICATION_STEPS = defineSteps({
  sendForSignOff: {
    label: "Send for sign-off",
    page: "Check your answers",
    event: "application.sentForSignOff",
    happened: "sent for sign-off",
    from: { DRAFT: ["CONTRIBUTOR"], CHANGES_REQUESTED: ["CONTRIBUTOR"] },
    to: "SIGN_OFF",
    changes: ["signOffFrom"],
    asksNext: true,
    fields: "read",
    back: ["takeBack", "returnToContributor"],
    isAgencys: true,
    takesDuty: true,
  },
  discard: {
    label: "Discard",
    event: "application.discarded",
    happened: "discarded",
    tellsAgency: true,
    from: { DRAFT: ["CONTRIBUTOR"] },
    to: "DISCARDED",
    isFinal: true,
    fields: [],
    back: ["reopen"],
    isAside: true,
  },
  signOffAndSubmit: {
    label: "Sign off and submit",
    event: "application.signedOffAndSubmitted",
    happened: "submitted",
    tellsAgency: true,
    from: { SIGN_OFF: ["CERTIFIER"] },
    to: "SUBMITTED",
    changes: ["versionNumber", "submittedAt", "signOffFrom", "changesDueAt"],
    fields: DECLARATION_FIELDS,
    back: ["askForChanges"],
    takesDuty: true,
    days: 5,
  },
  returnToContributor: {
    label: "Return to contributor",
    event: "application.returnedToContributor",
    happened: "returned to the contributor",
    from: { SIGN_OFF: ["CERTIFIER"] },
    to: "back",
    changes: ["signOffFrom"],
    reason: "agency",
    fields: RETURN_FIELDS,
    back: ["sendForSignOff"],
    isAgencys: true,
    isAside: true,
    readFirst: ["AGENCY"],
  },
  takeBack: {
    label: "Take back",
    event: "application.takenBack",
    happened: "taken back from sign-off",
    from: { SIGN_OFF: ["CONTRIBUTOR"] },
    to: "back",
    changes: ["signOffFrom"],
    fields: [],
    back: ["sendForSignOff"],
    isAgencys: true,
    tellsAsked: true,
    isAside: true,
  },
  acceptForAssessment: {
    label: "Accept for assessment",
    event: "application.acceptedForAssessment",
    happened: "accepted for assessment",
    tellsAgency: true,
    from: { SUBMITTED: ["DESK"] },
    to: "ASSESSMENT",
    changes: ["criteriaVersion"],
    fields: "read",
    back: { none: "toldOutside" },
    later: "Save and finish later",
    isReading: true,
  },
  askForChanges: {
    label: "Ask for changes",
    event: "application.changesAskedFor",
    happened: "changes asked for",
    tellsAgency: true,
    from: { SUBMITTED: ["DESK"] },
    to: "CHANGES_REQUESTED",
    changes: ["changesDueAt"],
    asksNext: true,
    reason: "agency",
    fields: ASK_FOR_CHANGES_FIELDS,
    back: { none: "toldOutside" },
    isReading: true,
  },
  // Otherwise a due date that has passed would leave the agency with no way forward.
  moveDueDate: {
    label: "Move due date",
    event: "application.dueDateMoved",
    happened: "due date of the changes moved",
    tellsAgency: true,
    from: { CHANGES_REQUESTED: ["DESK"] },
    to: "stays",
    changes: ["changesDueAt"],
    reason: "agency",
    fields: MOVE_DUE_DATE_FIELDS,
    back: ["moveDueDate"],
  },
  declineAsIneligible: {
    label: "Decline as ineligible",
    event: "application.declinedAsIneligible",
    happened: "declined as ineligible",
    tellsAgency: true,
    from: { SUBMITTED: ["DESK"] },
    to: "INELIGIBLE",
    reason: "agency",
    isFinal: true,
    fields: INELIGIBLE_FIELDS,
    back: ["reopen"],
    isForSeveral: true,
    isAside: true,
    readFirst: ["AGENCY", "MFAT"],
    letter: "INELIGIBLE",
  },
});

const notComplete = (unfinished: number, ended: string | null): string =>
  `${unfinished === 1 ? "1 section is" : `${unfinished} sections are`} not complete yet.${ended ? ` ${ended}` : ""}`;

/** `ended`: what has changed about the budget since it was written. */
export const obstaclesToSigning = (unfinished: number, ended: string | null = null): Obstacles<"sendForSignOff"> =>
  unfinished ? { sendForSignOff: notComplete(unfinished, ended) } : {};

/** What was complete when it was sent may have become incomplete. */
export const obstaclesToCertifying = (
  unfinished: number,
  ended: string | null = null,
): Obstacles<"signOffAndSubmit"> =>
  unfinished
    ? { signOffAndSubmit: `${notComplete(unfinished, ended)} Return it to the contributor and say what is missing.` }
    : {};
