import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Takes a data folder for this process alone: answers the function that gives it back, or null where another process has
 * it. Two that run the embedded database of one folder destroy it.
 *
 * The lock is the kernel's, on a file, which Node offers through SQLite only: it holds between containers that share the
 * folder, whose networks and process numbers are apart, and it is gone when its process is.
 */
export function lockFolder(folder: string): (() => void) | null {
  const lock = new DatabaseSync(join(folder, "portal.lock"));
  try {
    lock.exec("PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE");
    return () => lock.close();
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null;
    throw error;
  }
}

const SQLITE_BUSY = 5;
