import { Views } from "#components/ui/navigation.tsx";
import { OFFICER_FILTER } from "#lib/applications/officers/schema.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";

type MineOrAllProps = {
  actor: Actor;
  path: string;
  /** What stands behind the ? of the address. */
  query: string;
};

/** For a desk officer: a list of what they look after, or of everything, narrowed as it is now. */
export function MineOrAll({ actor, path, query }: MineOrAllProps) {
  if (!actor.roles.has("DESK")) return null;
  const chosen = new URLSearchParams(query).get(OFFICER_FILTER.name);
  const at = (officer: string | null) => {
    const params = new URLSearchParams(query);
    params.delete(OFFICER_FILTER.name);
    if (officer) params.set(OFFICER_FILTER.name, officer);
    return params.size ? `${path}?${params}` : path;
  };
  return (
    <Views
      label="Looked after by"
      views={[
        { label: "Mine", href: at("me"), isCurrent: chosen === "me" },
        { label: "All", href: at(null), isCurrent: !chosen },
      ]}
    />
  );
}
