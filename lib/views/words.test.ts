// What a list finds by words.
import { describe, expect, test } from "vitest";
import { application, customs, desk, find, police, searched, useLists, year } from "#lib/testing/views.ts";
import { listApplications } from "./queries.ts";

useLists();

describe("words", () => {
  test("are found without macrons, glottal stops and endings, all of them, as a phrase, and not where one is left out", async () => {
    const { reference } = await application({
      title: "Ngā kaitiaki o te moana",
      version: { need: "Patrols around Vavaʻu and Sāmoa’s outer islands; training of whānau." },
    });
    const other = await application({ version: { need: "Trained patrol dogs" } });
    for (const words of [
      "nga",
      "NGĀ KAITIAKI",
      "Vavau",
      "vava'u",
      "samoa",
      "whanau patrols",
      "“outer islands”",
      "patrol -dogs",
    ]) {
      expect([words, await find(desk, { words })]).toEqual([words, [reference]]);
    }
    expect(await find(desk, { words: "trained patrols" })).toEqual([other.reference, reference]);
    expect(await find(desk, { words: '"islands outer"' })).toEqual([]);
    expect(await find(desk, { words: "patrol submarine" })).toEqual([]);
  });

  test("that stand in every text are named as such; signs of a query language do no harm", async () => {
    const { filter } = await searched(desk, { words: "the of" });
    expect((await listApplications(desk, filter)).totals).toMatchObject({ count: 0, isAsked: false });
    for (const words of ["'", '"', "a & | ! ( :*", "\\", "%_", "<->", "-", "𝒳 🐟", "x".repeat(200)]) {
      await find(desk, { words });
    }
  });

  test("MFAT reads the version that was signed off last, and of a draft the title alone", async () => {
    const rewritten = await application({
      state: "CHANGES_REQUESTED",
      version: { need: "walrus" },
      draft: { need: "narwhal", risks: "iceberg" },
    });
    const draft = await application({ title: "Penguin", draft: { need: "narwhal" }, places: ["FJ"], years: [year] });
    expect(await find(desk, { words: "walrus" })).toEqual([rewritten.reference]);
    expect(await find(desk, { words: "narwhal" })).toEqual([]);
    expect(await find(desk, { words: "penguin" })).toEqual([draft.reference]);
    const byHidden: Record<string, string>[] = [
      { place: "FJ" },
      { year: String(year) },
      { from: "0" },
      { to: "100000" },
    ];
    for (const hidden of byHidden) {
      expect(await find(desk, { words: "penguin", ...hidden })).toEqual([]);
    }
    const { filter } = await searched(desk, { words: "penguin" });
    expect((await listApplications(desk, filter)).rows[0]).toMatchObject({ requestedCents: null, places: [] });
    expect((await listApplications(desk, filter)).totals.requestedCents).toBe(0n);

    expect(await find(police, { words: "narwhal" })).toEqual([draft.reference, rewritten.reference]);
    expect(await find(police, { words: "narwhal iceberg" })).toEqual([rewritten.reference]);
    expect(await find(police, { words: "walrus" })).toEqual([]);
    expect(await find(police, { words: "penguin", place: "FJ" })).toEqual([draft.reference]);
    expect(await find(customs, { words: "narwhal" })).toEqual([]);
    expect(await find(customs, { words: draft.reference })).toEqual([]);
  });

  test("more of them than can be indexed are saved, and not found", async () => {
    const words = Array.from({ length: 150_000 }, (_, index) => `ポ${index.toString(36)}語彙`).join(" ");
    const { reference } = await application({ draft: { need: words, risks: "gecko" } });
    expect(await find(police, { words: "gecko" })).toEqual([reference]);
  });
});
