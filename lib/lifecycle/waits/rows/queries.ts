import type { Role } from "#lib/lifecycle/permissions.ts";
import { claimWaits, waitOfAmounts, waitsOfAcquittal, waitsOfSurplus } from "#lib/lifecycle/waits/money/queries.ts";
import { canAct, NZ_DAY, type Wait, waitOfState, waitRow } from "#lib/lifecycle/waits/shape/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { constant } from "#lib/platform/db.ts";

/** How long before its day a report waits on the contributor, and is reminded of; a condition waits on its owner as long. */
export const REMINDED_DAYS = 14;

/** Of "Application" a: a complete assessment by somebody who learned of an interest later, of which the desk has not decided. */
const LATE_INTERESTS = Prisma.sql`SELECT l."notedAt" FROM "Assessment" s
  JOIN "LaterInterest" l ON l."applicationId" = s."applicationId" AND l."personId" = s."assessorId"
  WHERE s."applicationId" = a.id AND s.status = 'COMPLETE' AND l."clearedAt" IS NULL AND l."keptAt" IS NULL`;
export const IS_UNDECIDED = Prisma.sql`EXISTS (${LATE_INTERESTS})`;

/** The desk decides about an assessment before anything that rests on it goes on; else a state waits for its own step. */
const waitOfCounted = (state: State, role: Role, step: string): Wait[] => [
  waitRow({
    of: Prisma.sql`WHERE a.state = ${constant(state)}::"State" AND NOT ${IS_UNDECIDED}`,
    role,
    step: Prisma.sql`${constant(step)}::text`,
    since: Prisma.sql`a."stateSince"`,
  }),
  waitOfUndecided(state),
];

const waitOfUndecided = (state: State): Wait =>
  waitRow({
    // Few are open: they are found first, and then what they are about.
    of: Prisma.sql`WHERE a.state = ${constant(state)}::"State" AND a.id IN (SELECT l."applicationId" FROM "LaterInterest" l
      WHERE l."clearedAt" IS NULL AND l."keptAt" IS NULL) AND ${IS_UNDECIDED}`,
    role: "DESK",
    step: Prisma.sql`'decideOnAssessment'`,
    since: Prisma.sql`(SELECT max("notedAt") FROM (${LATE_INTERESTS}) l)`,
  });

/** Whether it asks for more than money. */
const IS_JOINED = "(v.proposed -> 'endsOn' IS NOT NULL OR v.proposed -> 'scope' IS NOT NULL)";
const waitForVariation = (state: "ASKED" | "BUDGET_CONFIRMED", which: string, role: Role, step: string): Wait =>
  waitRow({
    of: Prisma.sql`JOIN "Variation" v ON v."applicationId" = a.id
      WHERE a.state = 'ACTIVE' AND v.state = ${constant(state)}::"VariationState" AND ${Prisma.raw(which)}`,
    role,
    step: Prisma.sql`${constant(step)}::text`,
    since: state === "ASKED" ? Prisma.sql`v."askedAt"` : Prisma.sql`v."confirmedAt"`,
  });

/** A reopening that somebody of the desk asked for, and another person of MFAT confirms or declines. */
const waitOfReopening = (state: State): Wait =>
  waitRow({
    of: Prisma.sql`JOIN "AuditEvent" e ON e."applicationId" = a.id AND e.at >= a."stateSince" AND e.action = 'askToReopen'
        AND NOT EXISTS (SELECT FROM "AuditEvent" n WHERE n."applicationId" = a.id AND n.id > e.id
          AND n.action IN ('askToReopen', 'declineReopening'))
      WHERE a.state = ${constant(state)}::"State"`,
    role: "BUDGET",
    step: Prisma.sql`'confirmReopening'`,
    since: Prisma.sql`e.at`,
  });

/**
 * Questions that are open, each for its adviser; not for one who is recused, which the desk was told. Of one who advises no more
 * the desk takes it back, or asks somebody else.
 */
const waitOfAdvice = (state: State): Wait[] => [
  waitRow({
    of: Prisma.sql`JOIN "Advice" d ON d."applicationId" = a.id AND d.state = 'ASKED'
      LEFT JOIN "InterestDeclaration" i ON i."applicationId" = a.id AND i."personId" = d."adviserId"
      WHERE a.state = ${constant(state)}::"State" AND i."isRecused" IS NOT TRUE AND ${canAct(Prisma.sql`d."adviserId"`, "ADVISER")}`,
    role: "ADVISER",
    step: Prisma.sql`CASE WHEN i."personId" IS NULL THEN 'declareInterests' ELSE 'giveAdvice' END`,
    since: Prisma.sql`d."askedAt"`,
    dueOn: Prisma.sql`d."dueOn"`,
    who: Prisma.sql`d."adviserId"`,
  }),
  waitRow({
    of: Prisma.sql`JOIN (SELECT d."applicationId", min(d."askedAt") AS "askedAt" FROM "Advice" d
        WHERE d.state = 'ASKED' AND NOT ${canAct(Prisma.sql`d."adviserId"`, "ADVISER")} GROUP BY 1) d ON d."applicationId" = a.id
      WHERE a.state = ${constant(state)}::"State"`,
    role: "DESK",
    step: Prisma.sql`'withdrawQuestion'`,
    since: Prisma.sql`d."askedAt"`,
  }),
];

/**
 * By state, what waits on whom. An assessment waits on the desk with too few assessors for the round's minimum, of those who still
 * may: since it came, or since the last of them recused or was set aside; and with enough of them complete: since the one that made it
 * enough. In between it waits on the assessors.
 */
export const WAITS: Partial<Record<State, readonly Wait[]>> = {
  DRAFT: [
    waitRow({
      of: Prisma.sql`JOIN "Round" r ON r.id = a."roundId" WHERE a.state = 'DRAFT'`,
      role: "CONTRIBUTOR",
      step: Prisma.sql`'sendForSignOff'`,
      since: Prisma.sql`a."stateSince"`,
      dueOn: NZ_DAY(Prisma.sql`r."closesAt"`),
    }),
  ],
  SIGN_OFF: [
    waitRow({
      of: Prisma.sql`JOIN "Round" r ON r.id = a."roundId" WHERE a.state = 'SIGN_OFF'`,
      role: "CERTIFIER",
      step: Prisma.sql`'signOffAndSubmit'`,
      since: Prisma.sql`a."stateSince"`,
      dueOn: NZ_DAY(
        Prisma.sql`CASE WHEN a."signOffFrom" = 'CHANGES_REQUESTED' THEN a."changesDueAt" ELSE r."closesAt" END`,
      ),
    }),
  ],
  SUBMITTED: [waitOfState("SUBMITTED", "DESK", "screen")],
  CHANGES_REQUESTED: [
    waitRow({
      of: Prisma.sql`WHERE a.state = 'CHANGES_REQUESTED'`,
      role: "CONTRIBUTOR",
      step: Prisma.sql`'sendForSignOff'`,
      since: Prisma.sql`a."stateSince"`,
      dueOn: NZ_DAY(Prisma.sql`a."changesDueAt"`),
    }),
  ],
  ASSESSMENT: [
    waitRow({
      of: Prisma.sql`JOIN "Round" r ON r.id = a."roundId"
        CROSS JOIN LATERAL (
          SELECT count(*) FILTER (WHERE s.status = 'COMPLETE') AS complete,
            count(*) FILTER (WHERE s.status = 'COMPLETE' OR s.status = 'ASSIGNED' AND ${canAct(Prisma.sql`s."assessorId"`, "ASSESSOR")}) AS standing,
            array_agg(s."completedAt" ORDER BY s."completedAt") FILTER (WHERE s.status = 'COMPLETE') AS finished,
            greatest(max(greatest(i."declaredAt", l."notedAt")) FILTER (WHERE s.status = 'RECUSED'), max(s."setAsideAt")) AS "lostAt"
          FROM "Assessment" s
          LEFT JOIN "InterestDeclaration" i ON i."applicationId" = s."applicationId" AND i."personId" = s."assessorId"
          LEFT JOIN "LaterInterest" l ON l."applicationId" = s."applicationId" AND l."personId" = s."assessorId"
          WHERE s."applicationId" = a.id
        ) n
        WHERE a.state = 'ASSESSMENT' AND (n.standing < r."minimumAssessments" OR n.complete >= r."minimumAssessments" AND NOT ${IS_UNDECIDED})`,
      among: Prisma.sql`SELECT o.id FROM "Application" o WHERE o.state = 'ASSESSMENT' ORDER BY o."stateSince"`,
      role: "DESK",
      step: Prisma.sql`CASE WHEN n.complete >= r."minimumAssessments" THEN 'startModeration' ELSE 'assignAssessors' END`,
      since: Prisma.sql`CASE WHEN n.complete >= r."minimumAssessments" THEN greatest(a."stateSince", n.finished[r."minimumAssessments"])
        ELSE greatest(a."stateSince", n."lostAt") END`,
    }),
    waitRow({
      of: Prisma.sql`JOIN "Assessment" s ON s."applicationId" = a.id
        LEFT JOIN "InterestDeclaration" i ON i."applicationId" = a.id AND i."personId" = s."assessorId"
        WHERE a.state = 'ASSESSMENT' AND s.status = 'ASSIGNED' AND ${canAct(Prisma.sql`s."assessorId"`, "ASSESSOR")}`,
      role: "ASSESSOR",
      step: Prisma.sql`CASE WHEN i."personId" IS NULL THEN 'declareInterests' ELSE 'completeAssessment' END`,
      since: Prisma.sql`greatest(a."stateSince", s."assignedAt")`,
      dueOn: Prisma.sql`s."dueOn"`,
      who: Prisma.sql`s."assessorId"`,
    }),
    waitOfUndecided("ASSESSMENT"),
    ...waitOfAdvice("ASSESSMENT"),
  ],
  MODERATION: [...waitOfCounted("MODERATION", "DESK", "recommend"), ...waitOfAdvice("MODERATION")],
  BUDGET_CHECK: waitOfCounted("BUDGET_CHECK", "BUDGET", "confirmBudget"),
  DECISION: waitOfCounted("DECISION", "APPROVER", "decide"),
  APPROVED: [waitOfState("APPROVED", "DESK", "sendOffer")],
  UNSUCCESSFUL: [waitOfState("UNSUCCESSFUL", "DESK", "sendDecisionLetter")],
  OFFERED: [
    waitRow({
      of: Prisma.sql`JOIN "Offer" o ON o."applicationId" = a.id AND o.outcome IS NULL WHERE a.state = 'OFFERED'`,
      role: "CERTIFIER",
      step: Prisma.sql`'acceptOffer'`,
      since: Prisma.sql`a."stateSince"`,
      dueOn: NZ_DAY(Prisma.sql`o."dueAt"`),
    }),
  ],
  ACTIVE: [
    ...claimWaits("ACTIVE"),
    waitRow({
      of: Prisma.sql`JOIN "Report" p ON p."applicationId" = a.id AND p.state = 'SUBMITTED'
        WHERE a.state = 'ACTIVE' AND NOT EXISTS (SELECT FROM "Report" f WHERE f."applicationId" = p."applicationId"
          AND f.state = 'SUBMITTED' AND (p."submittedAt" - f."submittedAt", p.number - f.number) > (interval '0', 0))`,
      role: "DESK",
      step: Prisma.sql`CASE WHEN p.kind = 'FINAL' THEN 'acceptLastReport' ELSE 'acceptReport' END`,
      since: Prisma.sql`p."submittedAt"`,
    }),
    // An open variation: who acts next follows from its kinds, as waitsOnRole of variations has it.
    waitForVariation("ASKED", "v.kind IN ('TIME', 'SCOPE')", "DESK", "approveVariation"),
    waitForVariation("ASKED", `v.kind = 'REPHASING' AND NOT ${IS_JOINED}`, "BUDGET", "approveVariation"),
    waitForVariation(
      "ASKED",
      `(v.kind = 'COST' OR v.kind = 'REPHASING' AND ${IS_JOINED})`,
      "BUDGET",
      "confirmVariation",
    ),
    waitForVariation("BUDGET_CONFIRMED", "v.kind = 'COST'", "APPROVER", "approveVariation"),
    waitForVariation("BUDGET_CONFIRMED", "v.kind = 'REPHASING'", "DESK", "approveVariation"),
  ],
  CLOSING: [
    ...claimWaits("CLOSING"),
    ...waitsOfAcquittal("CLOSING"),
    waitOfAmounts("CLOSING"),
    waitRow({
      of: Prisma.sql`JOIN "Acquittal" q ON q."applicationId" = a.id AND q."returnedAt" IS NULL
        WHERE a.state = 'CLOSING' AND q."surplusConfirmedAt" IS NOT NULL`,
      role: "DESK",
      step: Prisma.sql`'close'`,
      since: Prisma.sql`q."surplusConfirmedAt"`,
    }),
  ],
  CLOSED: [waitOfReopening("CLOSED")],
  // What was paid is still accounted for.
  TERMINATED: [...waitsOfAcquittal("TERMINATED"), waitOfAmounts("TERMINATED"), waitOfReopening("TERMINATED")],
};

/** The report that is to be sent next, one that was returned first: from two weeks before its day, or from when it was returned. */
const waitOfReport = (today: Date): Wait =>
  waitRow({
    of: Prisma.sql`JOIN LATERAL (SELECT p.state, p."dueOn", p."answeredAt" FROM "Report" p
        WHERE p."applicationId" = a.id AND p.state IN ('DUE', 'RETURNED')
        ORDER BY p.state = 'RETURNED' DESC, p."dueOn", p.number LIMIT 1) p ON TRUE
      WHERE a.state = 'ACTIVE' AND (p.state = 'RETURNED' OR p."dueOn" - ${Prisma.raw(String(REMINDED_DAYS))}::int <= ${today}::date)`,
    role: "CONTRIBUTOR",
    step: Prisma.sql`'submitReport'`,
    since: Prisma.sql`CASE WHEN p.state = 'RETURNED' THEN p."answeredAt"
      ELSE ((p."dueOn" - ${Prisma.raw(String(REMINDED_DAYS))}::int)::timestamp AT TIME ZONE 'Pacific/Auckland') END`,
    dueOn: Prisma.sql`p."dueOn"`,
  });

/**
 * Work of a year that is done and not claimed: from the first of June on until its agency has answered or claimed all of it, or
 * the year is closed. The day is the year's last, and after it the cut-off day.
 */
const waitOfAccrual = (state: State, today: Date): Wait =>
  waitRow({
    of: Prisma.sql`JOIN LATERAL (SELECT y."startYear", y."cutoffOn" FROM "ApplicationFunding" f
        JOIN "FinancialYear" y ON y."startYear" = f."startYear" AND y."closedAt" IS NULL
        WHERE f."applicationId" = a.id AND ${today}::date >= make_date(y."startYear" + 1, 6, 1)
          AND f."committedCents" - f."paidCents" > (SELECT coalesce(sum(c.cents - c."paidCents"), 0) FROM "Claim" c WHERE c."applicationId" = a.id
            AND c."startYear" = y."startYear" AND c.state IN ('CLAIMED', 'APPROVED', 'PART_PAID'))
          AND NOT EXISTS (SELECT FROM "Accrual" s WHERE s."applicationId" = a.id AND s."startYear" = y."startYear")
        ORDER BY y."startYear" LIMIT 1) y ON TRUE
      WHERE a.state = ${constant(state)}::"State"`,
    role: "CONTRIBUTOR",
    step: Prisma.sql`'stateAccrual'`,
    since: Prisma.sql`(make_date(y."startYear" + 1, 6, 1)::timestamp AT TIME ZONE 'Pacific/Auckland')`,
    dueOn: Prisma.sql`CASE WHEN ${today}::date <= make_date(y."startYear" + 1, 6, 30)
      THEN make_date(y."startYear" + 1, 6, 30) ELSE y."cutoffOn" END`,
  });

/** Of "Condition" c: its owner is MFAT or somebody there; any other is of the agency, or somebody whom the agency asks. */
const IS_MFATS = Prisma.sql`(c.owner ~* '\\m(mfat|manatū aorere|ministry of foreign affairs|fund desk|desk officer)\\M' OR EXISTS (SELECT FROM "Person" p
  WHERE p.side = 'MFAT' AND name_key(p.name) = name_key(c.owner)))`;

/** Conditions that are not met, from two weeks before their day: of MFAT the desk is asked, which records that they are met. */
const waitsOfConditions = (state: State, today: Date): Wait[] =>
  (
    [
      [Prisma.sql`NOT ${IS_MFATS}`, "CONTRIBUTOR", "showCondition"],
      [IS_MFATS, "DESK", "meetCondition"],
    ] as const
  ).map(([owned, role, step]) =>
    waitRow({
      of: Prisma.sql`JOIN (SELECT DISTINCT c."applicationId", c."dueOn" FROM "Condition" c
          WHERE c."metAt" IS NULL AND c."dueOn" <= ${today}::date + ${Prisma.raw(String(REMINDED_DAYS))}::int AND ${owned}) c ON c."applicationId" = a.id
        WHERE a.state = ${constant(state)}::"State"`,
      role,
      step: Prisma.sql`${constant(step)}::text`,
      since: Prisma.sql`((c."dueOn" - ${Prisma.raw(String(REMINDED_DAYS))}::int)::timestamp AT TIME ZONE 'Pacific/Auckland')`,
      dueOn: Prisma.sql`c."dueOn"`,
    }),
  );

/** What waits by the calendar. */
const waitsOfDay = (state: State, today: Date): Wait[] => [
  ...(state === "ACTIVE" ? [waitOfReport(today)] : []),
  ...(state === "ACTIVE" || state === "CLOSING"
    ? [waitOfAccrual(state, today), ...waitsOfConditions(state, today)]
    : []),
  ...(state === "CLOSING" || state === "TERMINATED" ? waitsOfSurplus(state, today) : []),
];

const waitsIn = (states: readonly State[]): Wait[] => {
  const today = dayOf(now());
  return states.flatMap((state) => [...(WAITS[state] ?? []), ...waitsOfDay(state, today)]);
};
/** The states in which an application may wait on somebody. */
export const WAITING = Object.keys(WAITS) as State[];

/**
 * Whom the applications of some states wait on, of all unless told: a subquery of id, agencyId, role, step, since, and where they
 * are set the last day for it and the person alone who is waited for. What is on hold stands in it as if it were not.
 */
export const waits = (states: readonly State[] = WAITING): Prisma.Sql =>
  Prisma.join(
    waitsIn(states).map(({ rows }) => rows),
    " UNION ALL ",
  );

/** Of several waits `w` of one application, which is told first (see listWaiting). */
export const TOLD_FIRST = Prisma.sql`w.step IN ('showCondition', 'meetCondition'), w.role = 'DESK' DESC, w.role IN ('FINANCE', 'ADVISER'),
  w.step = 'stateAccrual', w.since`;

/** How many of each kind stand in `firstWaits`, and through how many of those that came first they are looked for without an index. */
export const FIRST_MAX = 100;
const LOOKED_THROUGH = 400;

/**
 * Of what waits on some offices the first of each kind, those that wait longest: as many rows however much waits. `isOf`: what
 * else a row has to be.
 */
export const firstWaits = (roles: readonly Role[], isOf: (role: Role) => Prisma.Sql): Prisma.Sql =>
  Prisma.join(
    waitsIn(WAITING)
      .filter(({ role }) => roles.includes(role))
      .map(
        ({ role, rows, among }) =>
          Prisma.sql`(SELECT w.*, row_number() OVER () AS nth FROM (SELECT * FROM (${rows}) w
            WHERE ${isOf(role)} AND ${among ? Prisma.sql`w.id IN (${among} LIMIT ${Prisma.raw(String(LOOKED_THROUGH))})` : Prisma.sql`TRUE`}
            ORDER BY w.since LIMIT ${Prisma.raw(String(FIRST_MAX + 1))}) w)`,
      ),
    " UNION ALL ",
  );
