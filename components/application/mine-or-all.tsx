import { Fragment } from "react";
import { InsetText } from "#components/ui/feedback.tsx";
import { Views } from "#components/ui/navigation.tsx";
import { readFormerOfficer } from "#lib/applications/officers/queries.ts";
import { OFFICER_FILTER } from "#lib/applications/officers/schema.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";

type MineOrAllProps = {
  actor: Actor;
  path: string;
  /** The query of the address, without the "?". */
  query: string;
};

/**
 * Lets a desk officer switch a list between what they look after and everything, keeping its filters. For everybody at
 * MFAT: says who to choose where the address still names somebody who has left the desk.
 */
export async function MineOrAll({ actor, path, query }: MineOrAllProps) {
  if (actor.side !== "MFAT") return null;
  const chosen = new URLSearchParams(query).get(OFFICER_FILTER.name);
  const at = (officer: string | null) => {
    const params = new URLSearchParams(query);
    params.delete(OFFICER_FILTER.name);
    if (officer) params.set(OFFICER_FILTER.name, officer);
    return params.size ? `${path}?${params}` : path;
  };
  const former = chosen ? await readFormerOfficer(actor, chosen) : null;
  return (
    <>
      {former && (
        <InsetText>
          <p>
            {former.name} no longer works at the desk. Show <a href={at(null)}>everybody’s</a>
            {former.successors.map(({ id, name }) => (
              <Fragment key={id}>
                {" or "}
                <a href={at(id === actor.personId ? "me" : id)}>{id === actor.personId ? "yours" : `${name}’s`}</a>
              </Fragment>
            ))}
            .
          </p>
        </InsetText>
      )}
      {actor.roles.has("DESK") && (
        <Views
          label="Looked after by"
          views={[
            { label: "Mine", href: at("me"), isCurrent: chosen === "me" },
            { label: "All", href: at(null), isCurrent: !chosen },
          ]}
        />
      )}
    </>
  );
}
