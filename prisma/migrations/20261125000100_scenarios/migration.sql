-- CreateTable
CREATE TABLE "Scenario" (
    "id" UUID NOT NULL,
    "roundId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "createdById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "savedById" UUID NOT NULL,
    "savedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedById" UUID,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Scenario_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ScenarioLine" (
    "scenarioId" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "isChosen" BOOLEAN NOT NULL,

    CONSTRAINT "ScenarioLine_pkey" PRIMARY KEY ("scenarioId","applicationId")
);

-- CreateTable
CREATE TABLE "ScenarioPhasing" (
    "scenarioId" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "startYear" INTEGER NOT NULL,
    "cents" BIGINT NOT NULL,

    CONSTRAINT "ScenarioPhasing_pkey" PRIMARY KEY ("scenarioId","applicationId","startYear")
);

-- CreateIndex
CREATE INDEX "Scenario_roundId_idx" ON "Scenario"("roundId");

-- CreateIndex
CREATE INDEX "ScenarioLine_applicationId_idx" ON "ScenarioLine"("applicationId");

-- AddForeignKey
ALTER TABLE "Scenario" ADD CONSTRAINT "Scenario_roundId_fkey" FOREIGN KEY ("roundId") REFERENCES "Round"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ScenarioLine" ADD CONSTRAINT "ScenarioLine_scenarioId_fkey" FOREIGN KEY ("scenarioId") REFERENCES "Scenario"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ScenarioLine" ADD CONSTRAINT "ScenarioLine_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ScenarioPhasing" ADD CONSTRAINT "ScenarioPhasing_scenarioId_applicationId_fkey" FOREIGN KEY ("scenarioId", "applicationId") REFERENCES "ScenarioLine"("scenarioId", "applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A scenario moves no money: it has no way to the ledger. What was deleted stays, out of sight, and frees its name.
ALTER TABLE "Scenario" ADD CONSTRAINT "Scenario_name" CHECK (name <> '');
ALTER TABLE "Scenario" ADD CONSTRAINT "Scenario_deleted" CHECK (("deletedAt" IS NULL) = ("deletedById" IS NULL));
CREATE UNIQUE INDEX "Scenario_name_once" ON "Scenario" ("roundId", lower(name)) WHERE "deletedAt" IS NULL;
ALTER TABLE "ScenarioPhasing" ADD CONSTRAINT "ScenarioPhasing_positive" CHECK (cents > 0);
GRANT SELECT, INSERT, UPDATE ON "Scenario", "ScenarioLine" TO psf_app;
GRANT SELECT, INSERT, DELETE ON "ScenarioPhasing" TO psf_app;
