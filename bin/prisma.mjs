// `npm run prisma -- migrate dev --name x`: Prisma's command line as the owner of the tables, on DATABASE_OWNER_URL or
// DATABASE_URL, or else on the embedded database (started for the occasion when it is not running).
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findRunningPostgres, startPostgres } from "./postgres.ts";
import { prismaCommand } from "./prisma-command.ts";

const folder = process.env.DATA_DIR || join(import.meta.dirname, "..", ".data");
let own;
let url = process.env.DATABASE_OWNER_URL || process.env.DATABASE_URL || findRunningPostgres(folder)?.ownerUrl;
if (!url) {
  own = await startPostgres(folder);
  url = own.ownerUrl;
}
const { file, args, options } = prismaCommand(process.argv.slice(2), url);
const { status } = spawnSync(file, args, { ...options, stdio: "inherit" });
await own?.stop();
process.exit(status ?? 1);
