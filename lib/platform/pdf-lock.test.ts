// Whether a PDF needs a password to open, for every kind of encryption; another PDF reader confirms the answer.
import { inflateSync } from "node:zlib";
import PDFDocument from "pdfkit";
import { getDocumentProxy } from "unpdf";
import { expect, test } from "vitest";
import { needsPassword } from "./pdf-lock.ts";

type Options = ConstructorParameters<typeof PDFDocument>[0];

function made(options: Options): Promise<Buffer> {
  const document = new PDFDocument({ ...options, compress: false });
  const parts: Buffer[] = [];
  document.on("data", (part) => parts.push(part));
  document.text("Support for Tūhoro");
  document.end();
  return new Promise((done) => document.on("end", () => done(Buffer.concat(parts))));
}

/** Whether another PDF reader asks for a password. */
const isAsked = (pdf: Buffer): Promise<boolean> =>
  getDocumentProxy(new Uint8Array(pdf)).then(
    () => false,
    (error) => {
      if (error.name === "PasswordException") return true;
      throw error;
    },
  );

const VERSIONS = ["1.3", "1.4", "1.5", "1.6", "1.7", "1.7ext3"] as const;

test.each(VERSIONS)("PDF %s", async (pdfVersion) => {
  const locked = await made({ pdfVersion, userPassword: "Kowhai", ownerPassword: "rangatira" });
  expect([needsPassword(locked), await isAsked(locked)]).toEqual([true, true]);
  const owned = await made({
    pdfVersion,
    userPassword: "",
    ownerPassword: "rangatira",
    permissions: { printing: undefined },
  });
  expect(owned.toString("latin1")).toContain("/Encrypt");
  expect([needsPassword(owned), await isAsked(owned)]).toEqual([false, false]);
  expect(needsPassword(await made({ pdfVersion }))).toBe(false);
});

/** AES-256 as in PDF 2.0, which our own PDFs do not use: empty pages by pypdf, deflated. */
const LOCKED =
  "eNqtU81uFDEMvs9T5NIjTBwnTiKtKkG7KyGoumqBC+KQH6csKjvVdIoKL8mBN4AXwbMtZUU5Mr+OY3+Ov3w5WB+vnsBT7A5+/Pz2vQOl1ZA/do" +
  "tF16/Hod4UHtUi6hhbcYlc8AEsoGH2sRrgTCUZljGQ8aE263XAaBLoQg2rt7blWA+7w8OOt3VGNnsVXn+5YtWv0wVfd/3RcLOdFHT9y029Vu+U" +
  "lcAz9X4vFR+lHqUpXQ4X3R2GmrHP9hLsP2t1/RlfDzdjkQyZkfD+hOsmPR9upax+qnevN/PzfoYeWRb2N7bbw36rnIAq6vpXvL2YPijjxF4ra6" +
  "KN5E00Xb/aXE7CZX8+pW1NY+36U7XAjNQAEMDqTBUpZrIgdHPNBk1LpmTrowHP7GrVSD4w+YSs5Q7BlVaIbMSQEmcObGoMIVmohpAKSmtv1MJw" +
  "TMW2VKrLRJ6CY+ttMBJt0JdAsrHZe07oda4xcRSA2IJzwfrM2kv9VlO2IAblFEvRQLLiFgMVG6XK0WqmUpqr99azm+nD8vNMXH88lNMr3s5BJ6" +
  "p/tjx/iw9EoZkpnbfgfPq0UncA82D8MzhdqoWzrgYrLZP2MUF10RE75oLABEKKdFS9rhFcjNGLGkNoqWkEr9EYmIkQGAhaSwutNEAEitrXXKJH" +
  "V7xQrAXR55gxuxaF99KEkZRlOzQ2jGSDwKx5/CS6kTAtUVRjDZAIsnVaOJY9CKUEnfclfzty67TIQz9cipxDp5p68IEIajezffCJMB77RJR/+6" +
  "S/Rz7cz53GtLnkcafV881XnpV6NgyTwp2o+xfbNii4t4/lECzIEomCQD4OLYpMMKJGFEtEKLNWCoDMyF9sTQYdGQKJIvGYw/8BIYdvuS3jl6tJ" +
  "ud+n73pK47QjNFDoDg6Wp6vuFzMfNAg=";
const OWNED =
  "eNqtU8luHEcMvfdX1EXHuFlF1gYMBDjSDBAkhgQp8SXwoarIkieQp4VWK7DzkznkD5IfCXvsKAMrxzR6YXN5XOrx7Ppy9419hcPZn3/9/sdgDZ" +
  "ip/jJsNsN4PU/81GQ2G66tUXWI0ABa68yRfPBYqJNvHCN7X2wEZhYJDWxu0TVXMCLUhnA+nJ8PcuAV2Z1k+PHTg5jxutzJ4zBeTE+Hxdhh/H7P" +
  "j+ZnQ+p4Y96dhOKL0IuylPvpbviMYVbsm5MA+s9cw3gjj9PT3DRCLeo+vhHel2+nj5oWXsHxiW69363Qs2hhX2P7E+y3xiuoCcP4gxzulvfGeZ" +
  "WvDblMOUSX3TDu9veLznK8XcqBy8zDeGU2qdmUQmIQ9uLZUnaOYrEAmLqnkqvr0afqI8fE2UtN4JOTaqnW2HIuyTcJtmECThyq8yTqTz73Jj1o" +
  "az+ZTW4uMFgfQ3FFsFMu1iNWYtIcNtsoFRMLoYjjmDlClNStJIp2hbMECFALgZWcgxYBbLknoRg9NM1ysVtHqc3xF+n10/J+++s6uPFyalcPcl" +
  "id3pjx9fb2LT4PCt060vUIbpcPO/MZYP2Z//252pqNZyYLlaRDLK4lgpaxo42xayveYq7Jd0fKPMncROsjcc4G57qTlNdBKAzF3KuoBW3OqQUX" +
  "qseoRHagbUW2AsTIBZXkvmAqSm5fmuMsnSCywlzL/EF5kyu6SoFKZ9tbIAidxRbvySZOYE8p/3GWPoDSA54vE7yWbbp51lkl1NFyeNZZiy91Ss" +
  "qvddrnCx2exi5z2d/LfOTq7f43WZl6M02LwSOpx+8OfTL2i3ypS7AJFELAYPXlkdDpJmcERJUAg1pJE1i16FdlCA69TlPPAYNq3Pn/AaHLtz20" +
  "+dPDYvw/2/e4lHk5DlT3Zjg7217thr8BJJE11w==";

test("PDF 2.0", async () => {
  const [locked, owned] = [LOCKED, OWNED].map((file) => inflateSync(Buffer.from(file, "base64"))) as [Buffer, Buffer];
  expect([needsPassword(locked), await isAsked(locked)]).toEqual([true, true]);
  expect([needsPassword(owned), await isAsked(owned)]).toEqual([false, false]);
});

test.each([
  [
    "for the holders of certificates",
    "1 0 obj\n<</Filter /Adobe.PubSec /V 4>>\nendobj\ntrailer <</Encrypt 1 0 R>>",
    true,
  ],
  ["words of a text", "(how to /Encrypt a file) Tj", false],
  ["an object that is not there", "trailer <</Encrypt 7 0 R>>", false],
  ["a kind of lock that nobody knows", "trailer <</Encrypt <</Filter /Standard /R 99>>>>", false],
  ["brackets without an end", `trailer <</Encrypt ${"<</A ".repeat(100_000)}`, false],
  ["mentions without an end", "trailer <</Encrypt 1 0 R>>".repeat(1_000_000), false],
])("%s is told soon", (_what, text, isLocked) => {
  const from = process.cpuUsage();
  expect(needsPassword(Buffer.from(text))).toBe(isLocked);
  expect(process.cpuUsage(from).user / 1000).toBeLessThan(3000);
});
