import { z } from "zod";

/** The event of an assessment that somebody else takes over. */
export const ASSESSMENT_HANDED_OVER = "application.assessmentHandedOver";

const NAMES = z.object({ fromName: z.string(), toName: z.string() });

/** What the history says of it, in the names of the day. `data`: of the event. */
export function handedOverWords(data: unknown): string {
  const { fromName, toName } = NAMES.parse(data);
  return `Assessment handed over from ${fromName} to ${toName}`;
}
