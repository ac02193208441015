import { deskEmail } from "#lib/fund/queries.ts";

/** The fund desk's address, as a link. */
export function DeskEmail() {
  const address = deskEmail();
  return <a href={`mailto:${address}`}>{address}</a>;
}
