import { db, type Tx } from "#lib/platform/db.ts";
import { storedForm } from "./stored.ts";
import type { ReleasedForm } from "./versions.ts";

/** What a hash names never changes: each release is read once by each process. */
const read = new Map<string, ReleasedForm>();

/** The releases that something was signed off or sent on, in the order of their hashes. */
export async function readReleases(
  hashes: readonly string[],
  client: Pick<Tx, "formRelease"> = db(),
): Promise<ReleasedForm[]> {
  const unread = hashes.filter((hash) => !read.has(hash));
  if (unread.length) {
    const rows = await client.formRelease.findMany({ where: { hash: { in: unread } } });
    for (const { hash, content } of rows) read.set(hash, storedForm(content));
  }
  return hashes.map((hash) => {
    const release = read.get(hash);
    if (!release) throw new Error(`There is no release ${hash}`);
    return release;
  });
}
