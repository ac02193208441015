import { reasonFields } from "#lib/form/fields.ts";

export const DECLINE_CHANGE_FIELDS = reasonFields(
  "Why you are declining it",
  "The person who asked for it reads this",
  "Enter why",
);
export const WITHDRAW_CHANGE_FIELDS = reasonFields("Why you are withdrawing it", "It stays in the record", "Enter why");
