import { defineConfig } from "prisma/config";

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  // `generate` needs no database, but it needs an address.
  datasource: {
    url: process.env.DATABASE_OWNER_URL || process.env.DATABASE_URL || "postgresql://unset@127.0.0.1:1/unset",
  },
});
