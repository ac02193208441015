import { defineSteps, inReview } from "#lib/lifecycle/steps.ts";
import { ACCEPT_FIELDS, DECLINE_OFFER_FIELDS, HOLD_FIELDS, OFFER_FIELDS, WITHDRAW_FIELDS } from "./schema.ts";

/** The offer and its answer. */
export const OFFER_STEPS = defineSteps({
  sendOffer: {
    label: "Send offer",
    event: "application.offerSent",
    happened: "offer sent",
    tellsAgency: true,
    from: { APPROVED: ["DESK"] },
    to: "OFFERED",
    asksNext: true,
    fields: OFFER_FIELDS,
    back: ["declineOffer", "lapse", "withdraw"],
    isForSeveral: true,
    days: 5,
    letter: "OFFER",
  },
  acceptOffer: {
    label: "Accept offer",
    event: "application.offerAccepted",
    happened: "offer accepted",
    tellsAgency: true,
    from: { OFFERED: ["CERTIFIER"] },
    to: "ACTIVE",
    fields: ACCEPT_FIELDS,
    back: { none: "promised" },
  },
  declineOffer: {
    label: "Decline offer",
    event: "application.offerDeclined",
    happened: "offer declined",
    tellsAgency: true,
    from: { OFFERED: ["CERTIFIER"] },
    to: "OFFER_DECLINED",
    reason: "agency",
    isFinal: true,
    fields: DECLINE_OFFER_FIELDS,
    back: { none: "toldOutside" },
    isAside: true,
  },
  lapse: {
    label: "Lapse",
    event: "application.lapsed",
    happened: "lapsed",
    tellsAgency: true,
    from: { OFFERED: [] },
    to: "LAPSED",
    isFinal: true,
    fields: [],
    back: { none: "toldOutside" },
  },
});

const HOLDABLE = { ...inReview(["DESK"]), ACTIVE: ["DESK"] } as const;

/** What ends or interrupts the way to it. */
export const PAUSE_STEPS = defineSteps({
  withdraw: {
    label: "Withdraw",
    event: "application.withdrawn",
    happened: "withdrawn",
    tellsAgency: true,
    from: inReview(["CONTRIBUTOR", "CERTIFIER"]),
    to: "WITHDRAWN",
    reason: "agency",
    whileHeld: true,
    isFinal: true,
    fields: WITHDRAW_FIELDS,
    back: { none: "toldOutside" },
    isAside: true,
  },
  putOnHold: {
    label: "Put on hold",
    event: "application.putOnHold",
    happened: "put on hold",
    tellsAgency: true,
    from: HOLDABLE,
    to: "stays",
    reason: "agency",
    fields: HOLD_FIELDS,
    isForSeveral: true,
    back: ["resume"],
    isAside: true,
  },
  resume: {
    label: "Resume",
    event: "application.resumed",
    happened: "resumed",
    tellsAgency: true,
    from: HOLDABLE,
    to: "stays",
    whileHeld: "only",
    fields: [],
    isForSeveral: true,
    back: ["putOnHold"],
  },
});
