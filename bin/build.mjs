// Builds for production: the database client, then Next (standalone, with its static and public files beside it).
//   --client or --web   only that part
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { prismaCommand } from "./prisma-command.ts";

const root = join(import.meta.dirname, "..");
const run = ({ file, args, options }) => {
  const { status } = spawnSync(file, args, { ...options, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};

function makeClient() {
  run(prismaCommand(["generate", "--no-hints"]));
}

function makeWeb() {
  run({
    file: process.execPath,
    args: [join(root, "node_modules", "next", "dist", "bin", "next"), "build"],
    options: { cwd: root, env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } },
  });
  const standalone = join(root, ".next", "standalone");
  cpSync(join(root, ".next", "static"), join(standalone, ".next", "static"), { recursive: true });
  cpSync(join(root, "public"), join(standalone, "public"), { recursive: true });
  compressFiles(join(standalone, ".next", "static"));
}

/** As small as they get, beside each script and stylesheet: bin/compress.mjs sends these. */
function compressFiles(folder) {
  for (const name of readdirSync(folder, { recursive: true }).filter((each) => /\.(js|css)$/.test(each))) {
    const file = join(folder, name);
    const bytes = readFileSync(file);
    writeFileSync(`${file}.br`, brotliCompressSync(bytes));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

const only = process.argv[2];
if (only !== "--web") makeClient();
if (only !== "--client") makeWeb();
