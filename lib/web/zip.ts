// A ZIP whose last entry is made as it is sent: what stands in it may be of any length.

import { Readable } from "node:stream";
import { crc32, createDeflateRaw, inflateRawSync } from "node:zlib";

/** Lengths as APPNOTE.TXT of the ZIP format has them. */
const [LOCAL, CENTRAL, END] = [30, 46, 22];
const END_SIGNATURE = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
const DESCRIPTOR_SIGNATURE = 0x08074b50;
/** The entry's sum and lengths stand behind it. */
const LENGTHS_FOLLOW = 0x08;

/** A ZIP, its last entry apart from those before. */
export type OpenZip = { zip: Buffer; text: string; central: number; record: number; local: number };

/** @throws where the last entry has another name */
export function openZip(zip: Buffer, lastName: string): OpenZip {
  const end = zip.lastIndexOf(END_SIGNATURE);
  const central = zip.readUInt32LE(end + 16);
  let record = central;
  for (let left = zip.readUInt16LE(end + 10); left > 1; left--) record += recordLength(zip, record);
  const name = zip.toString("utf8", record + CENTRAL, record + CENTRAL + zip.readUInt16LE(record + 28));
  if (name !== lastName) throw new Error(`The last entry is ${name} and not ${lastName}`);
  const local = zip.readUInt32LE(record + 42);
  const from = dataOf(zip, local);
  const text = inflateRawSync(zip.subarray(from, from + zip.readUInt32LE(record + 20))).toString("utf8");
  return { zip, text, central, record, local };
}

const recordLength = (zip: Buffer, record: number): number =>
  CENTRAL + zip.readUInt16LE(record + 28) + zip.readUInt16LE(record + 30) + zip.readUInt16LE(record + 32);

const dataOf = (zip: Buffer, local: number): number =>
  local + LOCAL + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);

/** The same ZIP with another text in its last entry. */
export async function* withText({ zip, central, record, local }: OpenZip, parts: AsyncIterable<Buffer>) {
  let [sum, length, packed] = [0, 0, 0];
  async function* counted() {
    for await (const part of parts) {
      sum = crc32(part, sum);
      length += part.length;
      yield part;
    }
  }
  const header = Buffer.from(zip.subarray(local, dataOf(zip, local)));
  header.writeUInt16LE(header.readUInt16LE(6) | LENGTHS_FOLLOW, 6);
  header.fill(0, 14, 26);
  yield zip.subarray(0, local);
  yield header;
  for await (const part of Readable.from(counted()).compose(createDeflateRaw())) {
    packed += part.length;
    yield part as Buffer;
  }
  const lengths = Buffer.alloc(12);
  lengths.writeUInt32LE(sum, 0);
  lengths.writeUInt32LE(packed, 4);
  lengths.writeUInt32LE(length, 8);
  const descriptor = Buffer.alloc(4);
  descriptor.writeUInt32LE(DESCRIPTOR_SIGNATURE, 0);
  yield Buffer.concat([descriptor, lengths]);
  const rest = Buffer.from(zip.subarray(central));
  const own = record - central;
  rest.writeUInt16LE(rest.readUInt16LE(own + 8) | LENGTHS_FOLLOW, own + 8);
  lengths.copy(rest, own + 16);
  rest.writeUInt32LE(local + header.length + packed + descriptor.length + lengths.length, rest.length - END + 16);
  yield rest;
}
