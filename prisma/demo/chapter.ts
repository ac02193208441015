import type { StepRequest } from "#lib/lifecycle/commands.ts";
import type { AgencyActor, MfatActor } from "#lib/lifecycle/permissions.ts";

export type Cast = {
  contributor: AgencyActor;
  certifier: AgencyActor;
  /** null: the agency has no finance officer, and its contributor claims. */
  finance: AgencyActor | null;
  desk: MfatActor;
  assessors: readonly MfatActor[];
  /** A post and a division that the desk asks for advice. */
  post: MfatActor;
  legal: MfatActor;
  budget: MfatActor;
  approver1: MfatActor;
  approver2: MfatActor;
};

/** What happens on a day of a story, counted from its start. */
export type Chapter = { day: number; run: (cast: Cast, reference: string, request: StepRequest) => Promise<unknown> };
