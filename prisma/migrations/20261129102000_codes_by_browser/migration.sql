-- A code belongs to the browser that asked for it: what others ask for the same address does not touch it. Open codes live
-- for ten minutes and are asked for again.
TRUNCATE "SignInCode";

ALTER TABLE "SignInCode"
    DROP CONSTRAINT "SignInCode_pkey",
    DROP COLUMN "sentInWindow",
    DROP COLUMN "windowStartedAt",
    ADD CONSTRAINT "SignInCode_pkey" PRIMARY KEY ("email", "browserHash");

-- CreateTable
CREATE TABLE "KnownBrowser" (
    "personId" UUID NOT NULL,
    "browserHash" TEXT NOT NULL,
    "signedInAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "KnownBrowser_pkey" PRIMARY KEY ("personId", "browserHash")
);

-- AddForeignKey
ALTER TABLE "KnownBrowser" ADD CONSTRAINT "KnownBrowser_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

GRANT SELECT, INSERT, UPDATE, DELETE ON "KnownBrowser" TO psf_app;
