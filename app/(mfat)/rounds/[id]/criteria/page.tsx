import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Contents } from "#components/ui/parts.tsx";
import { SECTIONS, WRITTEN_SECTIONS } from "#lib/applications/form/sections.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { countAccepted, getRound } from "#lib/fund/queries.ts";
import { criteriaValues } from "#lib/fund/rules.ts";
import { CRITERIA_MAX, criterionFields, criterionInput } from "#lib/fund/schema.ts";
import { orNotFound } from "#lib/web/action.ts";
import { changeCriteria } from "../../actions.ts";

export const metadata: Metadata = { title: "Criteria of a round" };

/** Room for two more criteria in addition to the existing ones. */
const MORE = 2;

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const [actor, { id }] = await Promise.all([requireMfat(), params]);
  const round = await orNotFound(async () => getRound(actor, id));
  const { criteria } = round;
  const accepted = await countAccepted(actor, id);
  const options = WRITTEN_SECTIONS.map((key) => ({
    value: key,
    label: `${SECTIONS[key].number}. ${SECTIONS[key].title}`,
  }));
  const places = Array.from({ length: Math.min(criteria.length + MORE, CRITERIA_MAX) }, (_, index) => index);
  return (
    <>
      <BackLink href="/rounds">Rounds</BackLink>
      <PageHeading title="Criteria" caption={round.name}>
        Version {round.criteriaVersion} is in use
      </PageHeading>
      <InsetText>
        Your changes become version {round.criteriaVersion + 1}. Applications already accepted for assessment keep the
        version they were accepted with
        {accepted > 0 &&
          `: ${accepted === 1 ? "1 application" : `${accepted} applications`} so far. We will ask you why`}
        .
      </InsetText>
      <Contents
        parts={criteria.map(({ name, weight }, index) => ({
          id: criterionInput(index, "name"),
          title: name,
          state: `${weight}%`,
        }))}
      />
      <Form
        action={changeCriteria.bind(null, id)}
        fields={places.flatMap((index) => criterionFields(index, options))}
        beside={Object.fromEntries(
          places.map((index) => [
            criterionInput(index, "name"),
            <h2 key={index}>{criteria[index]?.name ?? "Another criterion"}</h2>,
          ]),
        )}
        initial={criteriaValues(criteria)}
        requestId={randomUUID()}
        revision={round.revision}
        submit="Change criteria"
        cancelHref="/rounds"
      />
    </>
  );
}
