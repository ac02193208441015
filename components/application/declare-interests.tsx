import { randomUUID } from "node:crypto";
import { Form, type FormAction } from "#components/form/form.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { InsetText, NotificationBanner } from "#components/ui/feedback.tsx";
import { Focused } from "#components/ui/focused.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { readOwnDeclaration } from "#lib/assessments/interests/queries.ts";
import { DECLARE_FIELDS } from "#lib/assessments/interests/schema.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import type { StepKey } from "#lib/workflow/steps.ts";

type DeclareInterestsProps = {
  actor: MfatActor;
  application: ApplicationHeader;
  /** The step that the reader continues to afterwards. */
  next?: StepKey;
  declare: (reference: string, next: string, ...form: Parameters<FormAction>) => ReturnType<FormAction>;
};

/** Shown instead of an application that the reader may not open yet, or at all. */
export async function DeclareInterests({ actor, application, next, declare }: DeclareInterestsProps) {
  const { id, reference, agency, title } = application;
  const declared = await readOwnDeclaration(actor, id);
  if (declared?.isRecused) return <Recused declared={declared} />;
  return (
    <Narrow>
      <h2>Declare your interests first</h2>
      <p>
        {agency.name} has applied for money for “{title}”. Tell us whether you have an interest in it before you read
        the rest or act on it.
      </p>
      <Form
        action={declare.bind(null, reference, next ?? "")}
        fields={DECLARE_FIELDS}
        requestId={randomUUID()}
        submit="Declare interests"
      />
    </Narrow>
  );
}

/** The interests that recuse the reader: what they declared, and what they learned of later. */
export function Recused({ declared }: { declared: NonNullable<Awaited<ReturnType<typeof readOwnDeclaration>>> }) {
  const open = [
    ...(declared.hasInterest ? [{ at: declared.declaredAt, notedById: null, ...declared }] : []),
    ...declared.later.map((one) => ({ at: one.notedAt, ...one })),
  ].filter(({ clearedAt }) => clearedAt === null);
  return (
    <InsetText>
      <p>
        <strong>You are recused.</strong>
      </p>
      {open.map(({ at, description, notedById }) => (
        <p key={at.toISOString()}>
          {notedById ? "The desk noted an interest of yours" : "You declared an interest"} on {formatInstant(at)}: “
          {description}”
        </p>
      ))}
      <p>The desk will find somebody else. An administrator can clear the interest, with a reason.</p>
    </InsetText>
  );
}

/** Shown after declaring. The desk and the administrators are told about an interest. */
export const Declared = ({ isRecused }: { isRecused: boolean }) => (
  <Focused>
    <NotificationBanner kind="success">
      Your declaration is in the register of interests.
      {isRecused && " We have emailed the fund desk and the administrators."}
    </NotificationBanner>
  </Focused>
);
