import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");

/**
 * How to run Prisma's command line with only npm packages: prisma/schema-engine.mjs replaces the engine that it would
 * download, and update checks are off.
 */
export function prismaCommand(args: string[], ownerUrl?: string) {
  return {
    file: process.execPath,
    args: [join(root, "node_modules", "prisma", "build", "index.js"), ...args],
    options: {
      cwd: root,
      env: {
        ...process.env,
        ...(ownerUrl && { DATABASE_OWNER_URL: ownerUrl }),
        PATH: [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
        CHECKPOINT_DISABLE: "1",
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
        PRISMA_SCHEMA_ENGINE_BINARY: join(root, "prisma", "schema-engine.mjs"),
      },
    },
  };
}
