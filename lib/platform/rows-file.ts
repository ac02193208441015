import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { env } from "./env.ts";

const READ_BYTES = 64 * 1024;

/**
 * The rows of a file that is being made, on disk: neither memory nor a connection of the database waits for whoever fetches
 * them on a slow link. It has no name from the beginning on, so that nothing of it stays, whatever happens to the server.
 */
export class RowsFile {
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async open(): Promise<RowsFile> {
    const folder = join(env().DATA_DIR, "uploads");
    await mkdir(folder, { recursive: true });
    const path = join(folder, `rows-${randomUUID()}`);
    const handle = await open(path, "wx+", 0o600);
    await rm(path);
    return new RowsFile(handle);
  }

  add = async (text: string): Promise<void> => {
    await this.#handle.appendFile(text);
  };

  async *read(): AsyncGenerator<Buffer> {
    let position = 0;
    for (;;) {
      const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  close = (): Promise<void> => this.#handle.close();
}
