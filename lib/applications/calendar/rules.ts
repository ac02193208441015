import { endOfDay } from "#lib/platform/dates.ts";
import type { Marking, ReportState, State } from "#lib/platform/db/generated/enums.ts";

/** What an agency has to do, or what ends, and by when. `kind` and the reference identify it and never change. */
export type UpcomingDate = {
  kind: Kind;
  what: string;
  at: Date;
  /** Set for a whole day, which ends at `at`. */
  isDay: boolean;
  reference: string;
  title: string;
  marking: Marking;
};
type Kind = "close" | "changes" | "offer" | "end" | `report${number}`;

type Dated = {
  reference: string;
  title: string;
  marking: Marking;
  state: State;
  /** Set while it is on hold, when nothing is due: a hold moves its due dates when it ends. */
  heldAt: Date | null;
  signOffFrom: State | null;
  changesDueAt: Date | null;
  endsOn: Date | null;
  round: { closesAt: Date | null };
  offers: readonly { dueAt: Date }[];
  /** Set where an offer was accepted: a variation may have moved its end. */
  arrangement: { endsOn: Date; reports: readonly { number: number; dueOn: Date; state: ReportState }[] } | null;
};

/** The future dates of applications, the next one first. */
export const upcomingDates = (applications: readonly Dated[], now: Date): UpcomingDate[] =>
  applications
    .flatMap((application) => datesOf(application).filter(({ isAwaited, at }) => isAwaited && at >= now))
    .sort((one, other) => one.at.getTime() - other.at.getTime());

/** How long a calendar that imported a date is told that it is done with. */
export const SETTLED_DAYS = 60;

/**
 * The dates for a calendar: future ones, and those that are done with but that the calendar may still hold. `sequence`
 * grows with every change of the application or its round, so that the calendar accepts a moved time.
 */
export const calendarDates = (
  applications: readonly (Dated & { revision: number; round: { revision: number } })[],
  now: Date,
): (UpcomingDate & { isSettled: boolean; sequence: number })[] =>
  applications.flatMap((application) =>
    datesOf(application).flatMap(({ isAwaited, ...date }) =>
      date.at >= (isAwaited ? now : new Date(now.getTime() - SETTLED_DAYS * 86_400_000))
        ? [{ ...date, isSettled: !isAwaited, sequence: application.revision + application.round.revision }]
        : [],
    ),
  );

/** Every date that an application has or had for its agency, and whether it still applies. */
function datesOf(application: Dated): (UpcomingDate & { isAwaited: boolean })[] {
  const { reference, title, marking, state, signOffFrom, changesDueAt, round, offers, arrangement } = application;
  const now = state === "SIGN_OFF" ? (signOffFrom ?? "DRAFT") : state;
  const endsOn = arrangement?.endsOn ?? (now === "ACTIVE" ? application.endsOn : null);
  const date = (kind: Kind, what: string, at: Date | null | undefined, isAwaited: boolean) =>
    at ? [{ kind, what, at, isDay: false, isAwaited, reference, title, marking }] : [];
  const day = (kind: Kind, what: string, on: Date | null, isAwaited: boolean) =>
    date(kind, what, on && endOfDay(on), isAwaited).map((one) => ({ ...one, isDay: true }));
  const isActive = now === "ACTIVE";
  const isRunning = application.heldAt === null;
  return [
    ...date("close", "The round closes", round.closesAt, now === "DRAFT"),
    ...date("changes", "Changes are due", changesDueAt, isRunning && now === "CHANGES_REQUESTED"),
    ...date("offer", "Your answer to the offer is due", offers[0]?.dueAt, isRunning && now === "OFFERED"),
    ...day("end", "Planned end", endsOn, isActive),
    ...(arrangement?.reports ?? []).flatMap(({ number, dueOn, ...report }) =>
      day(
        `report${number}`,
        `Report ${number} is due`,
        dueOn,
        isActive && isRunning && ["DUE", "RETURNED"].includes(report.state),
      ),
    ),
  ];
}
