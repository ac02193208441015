import type { PagePart } from "#components/ui/parts.tsx";
import { Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { listConditions } from "#lib/decisions/conditions/queries.ts";
import { holding, type KeptCondition } from "#lib/decisions/conditions/rules.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { formatDate, formatDueDay } from "#lib/platform/dates.ts";

type Props = { actor: Actor; application: ApplicationHeader; today: Date };

/**
 * The conditions of an arrangement: the owner of each, its date, and what shows that it is met. Renders nothing without
 * any.
 */
export async function ConditionsView({ actor, application, today }: Props) {
  const conditions = await listConditions(actor, application.id);
  return conditions.length ? <Conditions conditions={conditions} today={today} /> : null;
}

function Conditions({ conditions, today }: { conditions: readonly KeptCondition[]; today: Date }) {
  return (
    <Table
      caption="Conditions"
      onPhone="stack"
      rows={conditions}
      keyOf={({ number }) => String(number)}
      columns={[
        { header: "Condition", isRowHeader: true, cell: ({ number, text }) => `${number}. ${text}` },
        { header: "Owner", cell: ({ owner }) => owner },
        { header: "To be met by", cell: ({ dueOn }) => formatDueDay(dueOn) },
        { header: "State", cell: (condition) => <Standing condition={condition} today={today} /> },
      ]}
    />
  );
}

/** The conditions as a part of an application's page; null where there are none. */
export async function conditionsPart(
  actor: Actor,
  application: ApplicationHeader,
  today: Date,
): Promise<PagePart | null> {
  if (!application.arrangement) return null;
  const conditions = await listConditions(actor, application.id);
  const met = conditions.filter(({ metAt }) => metAt !== null).length;
  return conditions.length
    ? {
        id: "conditions",
        title: "Conditions",
        state: `${met} of ${conditions.length} met`,
        body: <Conditions conditions={conditions} today={today} />,
      }
    : null;
}

function Standing({ condition, today }: { condition: KeptCondition; today: Date }) {
  const { metAt, proof } = condition;
  if (metAt === null) {
    return holding([condition], today).length ? (
      <Tag kind="bad">Not met, overdue</Tag>
    ) : (
      <Tag kind="wait">Not met yet</Tag>
    );
  }
  return (
    <>
      <Tag kind="ok">Met {formatDate(metAt)}</Tag>
      <span className="app-note app-line">{proof}</span>
    </>
  );
}
