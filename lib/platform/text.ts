/** Every character that ends a line: some office programs paste a vertical tab, old ones only a carriage return. */
const LINE_ENDS = /\r\n|[\r\v]/g;

/** What PDF viewers and old systems copy between two pages or lines: a space between words. */
const BREAKS = /[\f\u0085]/g;

/** Signs without width, which calculators, spreadsheets and web pages copy along. */
const UNSEEN = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/;
const SPACE = /\s/;

/** The same while a text is typed and once it is clean: signs without width are no words. */
export const countWords = (text: string): number =>
  text.split(/[\s\u0085]+/u).filter((word) => [...word].some((sign) => !UNSEEN.test(sign))).length;

/**
 * Text without the signs without width around it: they are no part of it. Inside a text they join emoji or turn the direction of
 * writing, and stay. Read from both ends, so that no text takes long.
 */
function withoutUnseenAround(text: string): string {
  const unseen = (at: number) => UNSEEN.test(text.charAt(at));
  const isAround = (at: number) => unseen(at) || SPACE.test(text.charAt(at));
  let [start, end] = [0, text.length];
  for (let at = start; at < end && isAround(at); at++) if (unseen(at)) start = at + 1;
  for (let at = end - 1; at >= start && isAround(at); at--) if (unseen(at)) end = at;
  return text.slice(start, end);
}

/**
 * What nobody types and XML 1.0 cannot hold: control characters but for tabs and line ends, halves of a surrogate pair, and
 * code points that are no characters. U+FFFE comes out of PDF viewers, which copy it for a hyphen at the end of a line.
 */
const UNWRITABLE = /[^\P{Cc}\t\n\r]|\p{Cs}|\p{Noncharacter_Code_Point}/gu;

/** Text without what would make a file unreadable. It is taken off where text comes in, and again where a file is written. */
export const writable = (text: string): string => text.replace(UNWRITABLE, "");

/** What somebody typed or pasted, as it is kept. */
export const cleanText = (typed: string): string =>
  withoutUnseenAround(writable(typed.normalize("NFC").replace(LINE_ENDS, "\n").replace(BREAKS, " ")));

/** A name of the code as addresses have it: "confirmBudget" is "confirm-budget". */
export const kebabOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * The text of a file that somebody sends: UTF-16 and UTF-8 where it says so itself or can be nothing else, and otherwise
 * Windows-1252, which office programs write without saying it.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  // Latin letters in UTF-16 have every other byte zero, and no other text has one.
  if (second === 0) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Apostrophes and glottal stops, however they are typed. */
const STOPS = /['‘’ʻʼ]/g;
const collator = new Intl.Collator("en-NZ");

/** The one order of names, which the database has as the collation "names". */
export const byName = (one: string, other: string): number =>
  collator.compare(one.replace(STOPS, ""), other.replace(STOPS, ""));

/** What two names have in common that people read alike, as the database has it too (name_key). */
export const nameKey = (name: string): string =>
  foldName([...name.normalize("NFKD").replace(STOPS, "")].filter((sign) => !UNSEEN.test(sign)).join("")) || name.trim();

/** A name as other programs' lists write it: in lower case, without macrons and punctuation. "Tūhoro & Co." → "tuhoro co". */
export const foldName = (name: string): string =>
  name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
