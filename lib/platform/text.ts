/** Every character that ends a line: some office programs paste a vertical tab, old ones only a carriage return. */
const LINE_ENDS = /\r\n|[\r\v]/g;

/** What PDF viewers and old systems copy between two pages or lines: a space between words. */
const BREAKS = /[\f\u0085]/g;

/** Zero-width characters, which calculators, spreadsheets and web pages copy along. */
const UNSEEN = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/;
const SPACE = /\s/;

/** The same count while a text is typed and once it is clean: zero-width characters are not words. */
export const countWords = (text: string): number =>
  text.split(/[\s\u0085]+/u).filter((word) => [...word].some((sign) => !UNSEEN.test(sign))).length;

/**
 * Trims zero-width characters around a text. Inside a text they join emoji or change the writing direction, and stay.
 * It reads from both ends, so that no text takes long.
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
 * What nobody types and XML 1.0 cannot hold: control characters except tabs and line ends, unpaired surrogates, and
 * noncharacters. PDF viewers copy U+FFFE for a hyphen at the end of a line.
 */
const UNWRITABLE = /[^\P{Cc}\t\n\r]|\p{Cs}|\p{Noncharacter_Code_Point}/gu;

/**
 * Text without characters that would make a file unreadable. They are removed where text comes in, and again where a
 * file is written.
 */
export const writable = (text: string): string => text.replace(UNWRITABLE, "");

/** What somebody typed or pasted, as it is stored. */
export const cleanText = (typed: string): string =>
  withoutUnseenAround(writable(typed.normalize("NFC").replace(LINE_ENDS, "\n").replace(BREAKS, " ")));

/** An identifier as it appears in addresses: "confirmBudget" is "confirm-budget". */
export const kebabOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * The text of an uploaded file: UTF-16 or UTF-8 where it says so itself or can be nothing else, otherwise Windows-1252,
 * which office programs write without saying so.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  // In UTF-16, every other byte of Latin letters is zero, which is true of no other text.
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

/** The one sort order for names, which the database has as the collation "names". */
export const byName = (one: string, other: string): number =>
  collator.compare(one.replace(STOPS, ""), other.replace(STOPS, ""));

/** Equal for two names that look alike to people. The database has the same function (name_key). */
export const nameKey = (name: string): string =>
  foldName([...name.normalize("NFKD").replace(STOPS, "")].filter((sign) => !UNSEEN.test(sign)).join("")) || name.trim();

/**
 * A name as other programs' lists write it: lower case, without macrons and punctuation. "Tūhoro & Co." → "tuhoro co".
 */
export const foldName = (name: string): string =>
  name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
