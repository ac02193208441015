// What a year's statement says of work and money that are still open.
import { expect, test } from "vitest";
import { final, row, rows } from "#lib/testing/statement.ts";
import { accruedHref, accruedRow, accruedSections, advanceRow, advanceSections } from "./rules.ts";

const named = { applicationId: "boats", reference: "PSF-2026-0001", title: "Boats", agency: "Customs" };
const boats = { ...named, marking: "SENSITIVE" } as const;

const stated = { ...boats, kind: "STATED", at: final.at, by: "Ana", work: "Hulls" } as const;

test("what is accrued are claims that are not paid and work stated as done, less what is counted twice", () => {
  const parts = [
    accruedRow({ ...boats, kind: "CLAIM", number: 2, at: final.at, cents: 30_00n }),
    accruedRow({ ...stated, sinceCents: 5_00n, cents: 15_00n }),
    accruedRow({ ...boats, kind: "OVER", cents: -5_00n }),
  ];
  expect(parts.map(({ key, marking }) => [key, marking])).toEqual(
    ["claim-2", "stated", "over"].map((part) => [`boats/${part}`, "SENSITIVE"]),
  );
  const made = parts.map(({ name, ...more }) => row("ACCRUAL", name, more));
  const statement = { ...final, rows: [...rows, ...made] };
  expect(accruedSections(statement)).toMatchObject([
    {
      title: "What is accrued",
      anchor: "accrued",
      items: [
        { kind: "paragraph", text: expect.stringContaining("not yet paid") },
        {
          kind: "table",
          label: "What is accrued",
          columns: [
            { header: "Claim or initiative", isNumeric: false },
            { header: "What it is for", isNumeric: false },
            { header: "Accrued", isNumeric: true },
          ],
          rows: [
            ["PSF-2026-0001/2 Boats", "Customs; claimed 2 August 2027, still to be paid", "$30.00"],
            [
              "PSF-2026-0001 Boats",
              "Customs; work done and not claimed, stated by Ana on 2 August 2027, less $5.00 claimed since: Hulls",
              "$15.00",
            ],
            ["PSF-2026-0001 Boats", "Customs; less the amount above what was committed and not paid", "−$5.00"],
          ],
          total: ["Total", "", "$40.00"],
          links: [
            ["/applications/PSF-2026-0001#claim-2", null, null],
            [null, null, null],
            [null, null, null],
          ],
        },
      ],
    },
  ]);
  expect(accruedHref(statement)).toBe("#accrued");
  expect([accruedSections(final), accruedHref(final)]).toEqual([[], null]);
});

test("work of which nothing was claimed since has nothing taken off", () => {
  expect(accruedRow({ ...stated, sinceCents: 0n, cents: 1n }).detail).toBe(
    "Customs; work done and not claimed, stated by Ana on 2 August 2027: Hulls",
  );
});

test("an advance says what was paid, returned and accounted for", () => {
  const advance = {
    ...boats,
    number: 1,
    openCents: 8_00n,
    paidCents: 20_00n,
    backCents: 2_00n,
    accountedCents: 10_00n,
  };
  expect(advanceRow(advance)).toEqual({
    key: "boats/1",
    name: "PSF-2026-0001/1 Boats",
    detail: "Customs; $20.00 paid; $2.00 returned; $10.00 accounted for",
    marking: "SENSITIVE",
    paidCents: 8_00n,
  });
  expect(advanceRow({ ...advance, backCents: 0n, accountedCents: 0n }).detail).toBe("Customs; $20.00 paid");
});

test("an advance that no claim accounts for is named with its amount, and nothing is said where there is none", () => {
  const advance = row("ADVANCE", "PSF-2026-0001/12 Boats", { detail: "Customs", paidCents: 8_00n });
  const title = "Advances to be accounted for";
  const unnamed = row("ADVANCE", "Not assigned to you", { paidCents: 1_00n });
  expect(advanceSections({ ...final, rows: [...rows, advance, unnamed] })).toMatchObject([
    {
      title,
      items: [
        { kind: "paragraph", text: expect.stringContaining("Paid before the work") },
        {
          kind: "table",
          label: title,
          columns: [
            { header: "Claim", isNumeric: false },
            { header: "Agency and payments", isNumeric: false },
            { header: "To be accounted for", isNumeric: true },
          ],
          rows: [
            ["PSF-2026-0001/12 Boats", "Customs", "$8.00"],
            ["Not assigned to you", "", "$1.00"],
          ],
          total: ["Total", "", "$9.00"],
          links: [
            ["/applications/PSF-2026-0001#claim-12", null, null],
            [null, null, null],
          ],
        },
      ],
    },
  ]);
  expect(advanceSections(final)).toEqual([]);
});
