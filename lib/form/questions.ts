import { DomainError } from "#lib/platform/errors.ts";
import type { Field } from "./fields.ts";

/** What was typed is refused until the form's reader has answered something that it did not ask before. */
export class Questions extends DomainError {
  readonly questions: readonly Field[];

  /** `fields`: the message at each question, by its name. */
  constructor(fields: Record<string, string>, questions: readonly Field[]) {
    super("INVALID", "There is a problem", fields);
    this.questions = questions;
  }
}
