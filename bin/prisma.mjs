// `npm run prisma -- migrate dev --name x`: Prisma's command line as the owner of the tables, on DATABASE_OWNER_URL or
// DATABASE_URL, otherwise on the embedded database (started for this if it is not running).
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { borrowPostgres } from "./postgres.ts";
import { prismaCommand } from "./prisma-command.ts";

const folder = process.env.DATA_DIR || join(import.meta.dirname, "..", ".data");
const url = process.env.DATABASE_OWNER_URL || process.env.DATABASE_URL;
const borrowed = url ? null : await borrowPostgres(folder);
const { file, args, options } = prismaCommand(process.argv.slice(2), url ?? borrowed?.ownerUrl);
const { status } = spawnSync(file, args, { ...options, stdio: "inherit" });
await borrowed?.stop();
process.exit(status ?? 1);
