import type { AgencyActor } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { ALL_STATES, isEnded } from "#lib/lifecycle/states.ts";
import { now } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import { SETTLED_DAYS } from "./rules.ts";

/** The agency's applications with all that their dates are worked out from (calendarDates), those that ended lately too. */
export const listDated = (actor: AgencyActor) =>
  db().application.findMany({
    where: {
      ...scopeOf(actor),
      OR: [
        { state: { notIn: ALL_STATES.filter(isEnded) } },
        { stateSince: { gte: new Date(now().getTime() - SETTLED_DAYS * 86_400_000) } },
      ],
    },
    select: {
      reference: true,
      title: true,
      marking: true,
      state: true,
      heldAt: true,
      signOffFrom: true,
      changesDueAt: true,
      endsOn: true,
      revision: true,
      round: { select: { closesAt: true, revision: true } },
      offers: { select: { dueAt: true }, orderBy: { sentAt: "desc" }, take: 1 },
      arrangement: { select: { endsOn: true, reports: { select: { number: true, dueOn: true, state: true } } } },
    },
    orderBy: { reference: "asc" },
  });
