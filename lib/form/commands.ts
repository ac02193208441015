import { now } from "#lib/platform/clock.ts";
import type { FormKind } from "#lib/platform/db/generated/enums.ts";
import type { Tx } from "#lib/platform/db.ts";
import { contentOf, type Release } from "./versions.ts";

/**
 * Stores releases for good, in the transaction that signs off or sends the first thing written on them. Simultaneous
 * calls wait, and find them stored.
 */
export async function keepReleases(tx: Pick<Tx, "formRelease">, releases: readonly Release[]): Promise<void> {
  await tx.formRelease.createMany({
    data: releases.map((release) => ({
      hash: release.hash,
      kind: release.kind as FormKind,
      number: release.number,
      content: contentOf(release),
      keptAt: now(),
    })),
    skipDuplicates: true,
  });
}
