import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Locks a data folder for this process: returns the function that releases it, or null where another process has it.
 * Two processes that run the embedded database of one folder would destroy it. The lock is the kernel's, on a file,
 * which Node only offers through SQLite: it works between containers that share the folder but not networks and process
 * numbers, and it disappears with its process.
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
