// Whether a PDF opens without a password, by its standard security handler (ISO 32000-2, 7.6.4). A file that only has
// an owner's password, against printing for instance, opens for everybody. Nothing in it is decompressed.
import { createCipheriv, createHash } from "node:crypto";

type Value = Buffer | number | string | boolean | Map<string, Value> | Value[];
type Dict = Map<string, Value>;

/** How much of an object is read before giving up: an encryption dictionary is a few hundred bytes. */
const OBJECT_MAX = 20_000;
/** How many mentions of an encryption are tried, starting at the end of the file: each revision has one or two. */
const MENTIONS_MAX = 100;

const SPACES = /(?:[\0\t\n\f\r ]|%[^\r\n]*)*/y;
const NUMBER = /[+-]?\d*\.?\d+/y;
const REFERENCE = /\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R/y;
const WORD = /[^\0\t\n\f\r ()<>[\]{}/%]+/y;

/** Reads objects from a file’s bytes, one character for each byte. Throws if there is none. */
class Reader {
  text: string;
  at: number;
  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  private take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return null;
    this.at += found.length;
    return found;
  }

  private skips(sign: string): boolean {
    this.take(SPACES);
    const isNext = this.text.startsWith(sign, this.at);
    if (isNext) this.at += sign.length;
    return isNext;
  }

  value(): Value {
    if (this.skips("<<")) return this.dict();
    if (this.skips("<")) return this.hex();
    if (this.skips("(")) return this.literal();
    if (this.skips("[")) return this.list();
    if (this.skips("/")) return this.take(WORD) ?? "";
    const number = this.take(REFERENCE) ?? this.take(NUMBER);
    if (number !== null) return number.endsWith("R") ? number : Number(number);
    const word = this.take(WORD);
    if (word === null) throw new Error("Not an object");
    return word === "true" ? true : word === "false" ? false : word;
  }

  private dict(): Dict {
    const dict: Dict = new Map();
    while (!this.skips(">>")) {
      if (!this.skips("/")) throw new Error("Not a dictionary");
      dict.set(this.take(WORD) ?? "", this.value());
    }
    return dict;
  }

  private list(): Value[] {
    const list: Value[] = [];
    while (!this.skips("]")) list.push(this.value());
    return list;
  }

  private hex(): Buffer {
    const figures = (this.take(/[^>]*/y) ?? "").replace(/\s/g, "");
    this.at++;
    return Buffer.from(figures.length % 2 ? `${figures}0` : figures, "hex");
  }

  private literal(): Buffer {
    let [depth, text] = [1, ""];
    for (;;) {
      const sign = this.text[this.at++];
      if (sign === undefined) throw new Error("Not a string");
      if (sign === "\\") text += this.escaped();
      else {
        if (sign === "(") depth++;
        if (sign === ")" && --depth === 0) return Buffer.from(text, "latin1");
        text += sign;
      }
    }
  }

  private escaped(): string {
    const octal = this.take(/[0-7]{1,3}/y);
    if (octal) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    if (this.take(/\r\n|[\r\n]/y)) return "";
    const sign = this.text[this.at++] ?? "";
    return { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" }[sign] ?? sign;
  }
}

/** The newest encryption dictionary that a file refers to, and the first part of the file’s identifier. */
function encryptionOf(text: string): { dict: Dict; id: Buffer } | null {
  let from = text.length;
  for (let mention = 0; mention < MENTIONS_MAX; mention++) {
    from = text.lastIndexOf("/Encrypt", from - 1);
    if (from < 0) return null;
    const found = text.slice(from + 8, from + 8 + OBJECT_MAX);
    try {
      const value = new Reader(found, 0).value();
      const dict = value instanceof Map ? value : typeof value === "string" ? objectOf(text, value) : null;
      if (dict?.has("Filter")) return { dict, id: idNear(text, from) };
    } catch {
      // Not an encryption dictionary: the words are part of a text.
    }
    if (from === 0) return null;
  }
  return null;
}

/** "12 0 R": the newest object of that number that is a dictionary. */
function objectOf(text: string, reference: string): Dict | null {
  const [number, generation] = reference.split(/[\0\t\n\f\r ]+/);
  let at = text.length;
  for (let tried = 0; tried < MENTIONS_MAX; tried++) {
    at = text.lastIndexOf(`${number} ${generation} obj`, at - 1);
    if (at < 0) return null;
    if (!/\d/.test(text[at - 1] ?? "")) {
      const start = at + `${number} ${generation} obj`.length;
      const value = new Reader(text.slice(start, start + OBJECT_MAX), 0).value();
      return value instanceof Map ? value : null;
    }
    if (at === 0) return null;
  }
  return null;
}

/** A trailer has its encryption and its identifier next to each other. */
function idNear(text: string, at: number): Buffer {
  const near = text.slice(Math.max(0, at - OBJECT_MAX), at + OBJECT_MAX);
  const ids = [...near.matchAll(/\/ID[\0\t\n\f\r ]*(?=\[)/g)].map((found) => found.index + found[0].length);
  const own = Math.min(at, OBJECT_MAX);
  ids.sort((one, other) => Math.abs(one - own) - Math.abs(other - own));
  if (ids[0] === undefined) return Buffer.alloc(0);
  const list = new Reader(near, ids[0]).value();
  const [first] = Array.isArray(list) ? list : [];
  return Buffer.isBuffer(first) ? first : Buffer.alloc(0);
}

/** The padding that stands in for an empty password. */
const PADDING = Buffer.from("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a", "hex");

const md5 = (...parts: Buffer[]): Buffer => createHash("md5").update(Buffer.concat(parts)).digest();

function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  const swap = (one: number, other: number) => {
    [state[one], state[other]] = [state[other] ?? 0, state[one] ?? 0];
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return Buffer.from(
    data.map((byte) => {
      i = (i + 1) & 255;
      j = (j + (state[i] ?? 0)) & 255;
      swap(i, j);
      return byte ^ (state[((state[i] ?? 0) + (state[j] ?? 0)) & 255] ?? 0);
    }),
  );
}

/** Revisions 2 to 4 (algorithms 2, 4 and 5): whether the user’s password is empty. */
function opensByMd5(dict: Dict, id: Buffer, revision: number): boolean {
  const [owner, user, permissions] = [dict.get("O"), dict.get("U"), dict.get("P")];
  if (!(Buffer.isBuffer(owner) && Buffer.isBuffer(user) && typeof permissions === "number")) return true;
  const length = dict.get("Length");
  const bits = dict.get("V") === 4 ? 128 : typeof length === "number" ? length : 40;
  const size = revision === 2 ? 5 : Math.min(Math.max(Math.floor(bits / 8), 5), 16);
  const flags = Buffer.alloc(4);
  flags.writeInt32LE(permissions | 0);
  const open = revision >= 4 && dict.get("EncryptMetadata") === false ? Buffer.alloc(4, 0xff) : Buffer.alloc(0);
  let key = md5(PADDING, owner.subarray(0, 32), flags, id, open).subarray(0, size);
  if (revision === 2) return rc4(key, PADDING).equals(user.subarray(0, 32));
  for (let round = 0; round < 50; round++) key = md5(key).subarray(0, size);
  let made = md5(PADDING, id);
  for (let round = 0; round < 20; round++) made = rc4(Buffer.from(key.map((byte) => byte ^ round)), made);
  return made.equals(user.subarray(0, 16));
}

/** The hash of revision 6 (algorithm 2.B) for an empty password. */
function hardened(salt: Buffer): Buffer {
  let key = createHash("sha256").update(salt).digest();
  for (let round = 0, last = 0; round < 64 || last > round - 32; round++) {
    const cipher = createCipheriv("aes-128-cbc", key.subarray(0, 16), key.subarray(16, 32)).setAutoPadding(false);
    const made = cipher.update(Buffer.concat(Array.from({ length: 64 }, () => key)));
    const kind = made.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3;
    key = createHash(["sha256", "sha384", "sha512"][kind] ?? "sha256")
      .update(made)
      .digest();
    last = made.at(-1) ?? 0;
  }
  return key.subarray(0, 32);
}

/** Revisions 5 and 6 (algorithm 11): a hash, and the salt to check it with. */
function opensBySha(user: Value | undefined, revision: number): boolean {
  if (!Buffer.isBuffer(user) || user.length < 40) return true;
  const salt = user.subarray(32, 40);
  const made = revision === 5 ? createHash("sha256").update(salt).digest() : hardened(salt);
  return made.equals(user.subarray(0, 32));
}

/** Whether it needs a password to open: also false where that cannot be determined. */
export function needsPassword(pdf: Buffer): boolean {
  const encryption = encryptionOf(pdf.toString("latin1"));
  if (!encryption) return false;
  const { dict, id } = encryption;
  // Encrypted for the holders of certificates.
  if (dict.get("Filter") !== "Standard") return true;
  const revision = dict.get("R");
  if (typeof revision !== "number" || revision < 2 || revision > 6) return false;
  return !(revision <= 4 ? opensByMd5(dict, id, revision) : opensBySha(dict.get("U"), revision));
}
