import { expect, test } from "vitest";
import { addressOf } from "./remote-address.mjs";

test.each([
  ["", 0, "192.0.2.1"],
  ["203.0.113.9", 0, "192.0.2.1"],
  ["203.0.113.9", 1, "203.0.113.9"],
  ["forged, 203.0.113.9", 1, "203.0.113.9"],
  ["forged, 203.0.113.9, 198.51.100.2", 2, "203.0.113.9"],
  ["", 1, "192.0.2.1"],
  ["203.0.113.9", 3, "203.0.113.9"],
])("x-forwarded-for %j behind %i proxies: %s", (forwarded, proxies, address) => {
  expect(addressOf(forwarded, "::ffff:192.0.2.1", proxies)).toBe(address);
});
