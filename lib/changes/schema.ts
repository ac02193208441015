import { reasonFields } from "#lib/form/fields.ts";

export const DECLINE_CHANGE_FIELDS = reasonFields("Why you decline it", "Whoever asked for it reads this", "Enter why");
export const WITHDRAW_CHANGE_FIELDS = reasonFields("Why you withdraw it", "It stays on the record", "Enter why");
