import { DomainError } from "#lib/platform/errors.ts";
import type { Field } from "./fields.ts";

/** The form is refused until its sender has answered something that it did not ask before. */
export class Questions extends DomainError {
  readonly questions: readonly Field[];

  /** `fields`: the message for each question, by field name. */
  constructor(fields: Record<string, string>, questions: readonly Field[]) {
    super("INVALID", "There is a problem", fields);
    this.questions = questions;
  }
}
