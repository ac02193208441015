import { foldName } from "#lib/platform/text.ts";

type Colleague = { name: string };

/**
 * The colleagues that a comment names with an @: by full name, or by first name where only one of them has it. Names
 * match as people type them, with or without macrons.
 */
export function namedIn<C extends Colleague>(text: string, colleagues: readonly C[]): C[] {
  const said = text
    .split("@")
    .slice(1)
    .map((after) => `${foldName(after)} `);
  const isSaid = (name: string) => name !== "" && said.some((after) => after.startsWith(`${name} `));
  const firstOf = ({ name }: Colleague) => foldName(name).split(" ")[0] ?? "";
  const isAlone = (colleague: Colleague) =>
    colleagues.filter((other) => firstOf(other) === firstOf(colleague)).length === 1;
  return colleagues.filter(
    (colleague) => isSaid(foldName(colleague.name)) || (isAlone(colleague) && isSaid(firstOf(colleague))),
  );
}
