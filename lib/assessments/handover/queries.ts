import { listScoreReaders } from "#lib/assessments/queries.ts";
import { toldApart } from "#lib/lifecycle/rules.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { OpenAssessment } from "./schema.ts";

/**
 * What somebody has not completed, by reference, and who may assess each instead: assessors without another part in it, who are not
 * assigned or set aside, have declared no interest, and cannot have read its scores.
 */
export async function listOpenAssessments(
  client: Pick<Tx, "$queryRaw" | "assessment" | "person">,
  personId: string,
): Promise<OpenAssessment[]> {
  const open = await client.assessment.findMany({
    where: { assessorId: personId, status: "ASSIGNED", application: { state: "ASSESSMENT" } },
    select: { applicationId: true, dueOn: true, application: { select: { reference: true } } },
    orderBy: { application: { reference: "asc" } },
  });
  if (!open.length) return [];
  const ids = open.map(({ applicationId }) => applicationId);
  const among = { applicationId: { in: ids } };
  const [readers, people] = await Promise.all([
    listScoreReaders(client, ids),
    client.person.findMany({
      where: { id: { not: personId }, side: "MFAT", endedAt: null, roles: { some: { role: "ASSESSOR" } } },
      select: {
        id: true,
        name: true,
        email: true,
        duties: {
          where: { ...among, NOT: { kind: "ASSESS", assessments: { every: { status: "UNASSIGNED" } } } },
          select: { applicationId: true },
        },
        declarations: { where: { ...among, isRecused: true }, select: { applicationId: true } },
      },
      orderBy: [{ name: "asc" }, { id: "asc" }],
    }),
  ]);
  const told = toldApart(people);
  return open.map(({ applicationId, dueOn, application: { reference } }) => {
    const isOf = (one: { applicationId: string }) => one.applicationId === applicationId;
    const successors = told.filter(
      ({ id, duties, declarations }) =>
        !duties.some(isOf) && !declarations.some(isOf) && !readers.some((one) => isOf(one) && one.id === id),
    );
    return { applicationId, reference, dueOn, successors: successors.map(({ id, name }) => ({ id, name })) };
  });
}
