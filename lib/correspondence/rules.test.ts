import { expect, test } from "vitest";
import { toldWords } from "./rules.ts";

const mfat = (id: string, name: string) => ({ id, name, side: "MFAT" as const, agency: null });
const police = (id: string, name: string) => ({ id, name, side: "AGENCY" as const, agency: "New Zealand Police" });

test("who was emailed: one’s own side by name, the other as such, oneself last, and nobody where nobody was", () => {
  const people = [mfat("1", "Ingrid"), police("2", "Aroha"), police("3", "Daniel")];
  expect(toldWords({ side: "MFAT", personId: "9" }, true, people)).toBe("the fund desk, New Zealand Police and Ingrid");
  expect(toldWords({ side: "MFAT", personId: "1" }, false, people)).toBe("New Zealand Police and you");
  expect(toldWords({ side: "AGENCY", personId: "2" }, true, people)).toBe("the fund desk, Daniel and you");
  const many = ["4", "5", "6", "7"].map((id) => mfat(id, id));
  expect(toldWords({ side: "MFAT", personId: "9" }, true, many)).toBe("the fund desk and 4 people at MFAT");
  expect(toldWords({ side: "MFAT", personId: "9" }, false, many.slice(1))).toBe("5, 6 and 7");
  expect(toldWords({ side: "AGENCY", personId: "2" }, true, many)).toBe("the fund desk");
  expect(toldWords({ side: "AGENCY", personId: "2" }, false, many)).toBeNull();
  expect(toldWords({ side: "MFAT", personId: "9" }, false, [])).toBeNull();
});
