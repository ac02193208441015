/** Every sign that ends a line: office programs paste a vertical tab for one, old ones a carriage return alone. */
const LINE_ENDS = /\r\n|[\r\v\f\u0085]/g;

/**
 * What nobody types and XML 1.0 cannot hold: control characters but for tabs and line ends, halves of a surrogate pair, and
 * code points that are no characters. U+FFFE comes out of PDF viewers, which copy it for a hyphen at the end of a line.
 */
const UNWRITABLE = /[^\P{Cc}\t\n\r]|\p{Cs}|\p{Noncharacter_Code_Point}/gu;

/** Text without what would make a file unreadable. It is taken off where text comes in, and again where a file is written. */
export const writable = (text: string): string => text.replace(UNWRITABLE, "");

/** Text as it is kept, of what somebody typed or pasted. */
export const cleanText = (typed: string): string => writable(typed.normalize("NFC").replace(LINE_ENDS, "\n"));

/** A name of the code as addresses have it: "confirmBudget" is "confirm-budget". */
export const kebabOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
