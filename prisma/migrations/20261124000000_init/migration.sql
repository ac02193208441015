-- CreateEnum
CREATE TYPE "Side" AS ENUM ('AGENCY', 'MFAT');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('CONTRIBUTOR', 'CERTIFIER', 'DESK', 'ASSESSOR', 'BUDGET', 'APPROVER', 'AUDITOR', 'ADMINISTRATOR');

-- CreateEnum
CREATE TYPE "State" AS ENUM ('DRAFT', 'SIGN_OFF', 'SUBMITTED', 'CHANGES_REQUESTED', 'ASSESSMENT', 'MODERATION', 'BUDGET_CHECK', 'DECISION', 'APPROVED', 'OFFERED', 'ACTIVE', 'CLOSING', 'DISCARDED', 'INELIGIBLE', 'DECLINED', 'WITHDRAWN', 'OFFER_DECLINED', 'LAPSED', 'TERMINATED', 'CLOSED');

-- CreateEnum
CREATE TYPE "Marking" AS ENUM ('UNCLASSIFIED', 'IN_CONFIDENCE', 'SENSITIVE', 'RESTRICTED');

-- CreateEnum
CREATE TYPE "AmountKind" AS ENUM ('REQUESTED', 'RECOMMENDED', 'APPROVED');

-- CreateEnum
CREATE TYPE "DutyKind" AS ENUM ('ASK_SIGN_OFF', 'CERTIFY', 'ASSESS', 'RECOMMEND', 'CHECK_BUDGET', 'DECIDE');

-- CreateEnum
CREATE TYPE "AssessmentStatus" AS ENUM ('ASSIGNED', 'RECUSED', 'COMPLETE');

-- CreateEnum
CREATE TYPE "RecommendationOutcome" AS ENUM ('FUND_IN_FULL', 'FUND_IN_PART', 'DO_NOT_FUND');

-- CreateEnum
CREATE TYPE "DecisionOutcome" AS ENUM ('APPROVED', 'DECLINED', 'RETURNED');

-- CreateEnum
CREATE TYPE "OfferOutcome" AS ENUM ('ACCEPTED', 'DECLINED', 'LAPSED', 'WITHDRAWN');

-- CreateEnum
CREATE TYPE "LedgerKind" AS ENUM ('ADJUST', 'RESERVE', 'RELEASE', 'COMMIT', 'PAY', 'RECOVER');

-- CreateTable
CREATE TABLE "Agency" (
    "id" UUID NOT NULL,
    "abbreviation" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "emailDomains" TEXT[],
    "isActive" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "Agency_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Person" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "side" "Side" NOT NULL,
    "agencyId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PersonRole" (
    "personId" UUID NOT NULL,
    "side" "Side" NOT NULL,
    "role" "Role" NOT NULL,

    CONSTRAINT "PersonRole_pkey" PRIMARY KEY ("personId","role")
);

-- CreateTable
CREATE TABLE "Delegation" (
    "personId" UUID NOT NULL,
    "limitCents" BIGINT,

    CONSTRAINT "Delegation_pkey" PRIMARY KEY ("personId")
);

-- CreateTable
CREATE TABLE "Session" (
    "tokenHash" TEXT NOT NULL,
    "personId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE TABLE "SignInCode" (
    "email" TEXT NOT NULL,
    "codeHash" TEXT NOT NULL,
    "browserHash" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "expires" TIMESTAMPTZ(3) NOT NULL,
    "sentInWindow" INTEGER NOT NULL DEFAULT 1,
    "windowStartedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SignInCode_pkey" PRIMARY KEY ("email")
);

-- CreateTable
CREATE TABLE "Place" (
    "code" TEXT NOT NULL,
    "alpha3" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "membership" TEXT NOT NULL,
    "isOdaEligible" BOOLEAN NOT NULL,

    CONSTRAINT "Place_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "Region" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "Region_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "FocusArea" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "FocusArea_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "PurposeCode" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "PurposeCode_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "Round" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "opensAt" TIMESTAMPTZ(3) NOT NULL,
    "closesAt" TIMESTAMPTZ(3),
    "minimumAssessments" INTEGER NOT NULL DEFAULT 2,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Round_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Criterion" (
    "id" UUID NOT NULL,
    "roundId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "weight" INTEGER NOT NULL,
    "anchors" TEXT[],

    CONSTRAINT "Criterion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ReferenceCounter" (
    "startYear" INTEGER NOT NULL,
    "last" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ReferenceCounter_pkey" PRIMARY KEY ("startYear")
);

-- CreateTable
CREATE TABLE "Application" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "agencyId" UUID NOT NULL,
    "roundId" UUID NOT NULL,
    "state" "State" NOT NULL DEFAULT 'DRAFT',
    "revision" INTEGER NOT NULL DEFAULT 1,
    "stateSince" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "signOffFrom" "State",
    "title" TEXT NOT NULL DEFAULT '',
    "summary" TEXT NOT NULL DEFAULT '',
    "marking" "Marking" NOT NULL DEFAULT 'UNCLASSIFIED',
    "endorsement" TEXT,
    "startsOn" DATE,
    "endsOn" DATE,
    "requestedCents" BIGINT NOT NULL DEFAULT 0,
    "recommendedCents" BIGINT,
    "approvedCents" BIGINT,
    "heldAt" TIMESTAMPTZ(3),
    "openSections" TEXT[],
    "changesDueAt" TIMESTAMPTZ(3),
    "versionNumber" INTEGER NOT NULL DEFAULT 0,
    "createdById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "submittedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Application_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApplicationSection" (
    "applicationId" UUID NOT NULL,
    "section" TEXT NOT NULL,
    "values" JSONB NOT NULL,
    "isComplete" BOOLEAN NOT NULL DEFAULT false,
    "savedById" UUID NOT NULL,
    "savedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApplicationSection_pkey" PRIMARY KEY ("applicationId","section")
);

-- CreateTable
CREATE TABLE "ApplicationVersion" (
    "applicationId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "answers" JSONB NOT NULL,
    "requestedCents" BIGINT NOT NULL,
    "certifiedById" UUID NOT NULL,
    "certifiedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApplicationVersion_pkey" PRIMARY KEY ("applicationId","number")
);

-- CreateTable
CREATE TABLE "ApplicationPlace" (
    "applicationId" UUID NOT NULL,
    "placeCode" TEXT NOT NULL,
    "percent" INTEGER NOT NULL,

    CONSTRAINT "ApplicationPlace_pkey" PRIMARY KEY ("applicationId","placeCode")
);

-- CreateTable
CREATE TABLE "ApplicationFocusArea" (
    "applicationId" UUID NOT NULL,
    "focusAreaCode" TEXT NOT NULL,
    "isMain" BOOLEAN NOT NULL,

    CONSTRAINT "ApplicationFocusArea_pkey" PRIMARY KEY ("applicationId","focusAreaCode")
);

-- CreateTable
CREATE TABLE "Phasing" (
    "applicationId" UUID NOT NULL,
    "kind" "AmountKind" NOT NULL,
    "startYear" INTEGER NOT NULL,
    "cents" BIGINT NOT NULL,

    CONSTRAINT "Phasing_pkey" PRIMARY KEY ("applicationId","kind","startYear")
);

-- CreateTable
CREATE TABLE "Duty" (
    "applicationId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "side" "Side" NOT NULL,
    "agencyId" UUID,
    "kind" "DutyKind" NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Duty_pkey" PRIMARY KEY ("applicationId","personId")
);

-- CreateTable
CREATE TABLE "InterestDeclaration" (
    "applicationId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "hasInterest" BOOLEAN NOT NULL,
    "description" TEXT,
    "declaredAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "InterestDeclaration_pkey" PRIMARY KEY ("applicationId","personId")
);

-- CreateTable
CREATE TABLE "Assessment" (
    "applicationId" UUID NOT NULL,
    "assessorId" UUID NOT NULL,
    "duty" "DutyKind" NOT NULL DEFAULT 'ASSESS',
    "status" "AssessmentStatus" NOT NULL DEFAULT 'ASSIGNED',
    "versionNumber" INTEGER NOT NULL,
    "assignedById" UUID NOT NULL,
    "assignedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Assessment_pkey" PRIMARY KEY ("applicationId","assessorId")
);

-- CreateTable
CREATE TABLE "AssessmentScore" (
    "applicationId" UUID NOT NULL,
    "assessorId" UUID NOT NULL,
    "criterionId" UUID NOT NULL,
    "hasInterest" BOOLEAN NOT NULL DEFAULT false,
    "score" INTEGER,
    "comment" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "AssessmentScore_pkey" PRIMARY KEY ("applicationId","assessorId","criterionId")
);

-- CreateTable
CREATE TABLE "AgreedScore" (
    "applicationId" UUID NOT NULL,
    "criterionId" UUID NOT NULL,
    "score" INTEGER,
    "comment" TEXT NOT NULL DEFAULT '',
    "agreedById" UUID NOT NULL,
    "agreedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AgreedScore_pkey" PRIMARY KEY ("applicationId","criterionId")
);

-- CreateTable
CREATE TABLE "Recommendation" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "outcome" "RecommendationOutcome" NOT NULL,
    "amountCents" BIGINT NOT NULL,
    "conditions" TEXT NOT NULL,
    "rationale" TEXT NOT NULL,
    "exceptionReason" TEXT,
    "recommendedById" UUID NOT NULL,
    "duty" "DutyKind" NOT NULL DEFAULT 'RECOMMEND',
    "recommendedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "returnedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Recommendation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "BudgetCheck" (
    "id" UUID NOT NULL,
    "recommendationId" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "isConfirmed" BOOLEAN NOT NULL,
    "reason" TEXT,
    "position" JSONB NOT NULL,
    "checkedById" UUID NOT NULL,
    "duty" "DutyKind" NOT NULL DEFAULT 'CHECK_BUDGET',
    "checkedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "BudgetCheck_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Decision" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "recommendationId" UUID NOT NULL,
    "outcome" "DecisionOutcome" NOT NULL,
    "amountCents" BIGINT NOT NULL,
    "conditions" TEXT NOT NULL DEFAULT '',
    "reason" TEXT,
    "agencyText" TEXT,
    "delegationCents" BIGINT,
    "decidedById" UUID NOT NULL,
    "duty" "DutyKind" NOT NULL DEFAULT 'DECIDE',
    "decidedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Offer" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "amountCents" BIGINT NOT NULL,
    "letter" TEXT NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "sentById" UUID NOT NULL,
    "sentAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "outcome" "OfferOutcome",
    "answeredById" UUID,
    "answeredAt" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "Offer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Acquittal" (
    "applicationId" UUID NOT NULL,
    "actualCents" BIGINT NOT NULL,
    "outcome" TEXT NOT NULL,
    "submittedById" UUID NOT NULL,
    "submittedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "surplusCents" BIGINT,
    "surplusConfirmedById" UUID,
    "surplusConfirmedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Acquittal_pkey" PRIMARY KEY ("applicationId")
);

-- CreateTable
CREATE TABLE "Payment" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "startYear" INTEGER NOT NULL,
    "cents" BIGINT NOT NULL,
    "paidOn" DATE NOT NULL,
    "reference" TEXT NOT NULL,
    "recordedById" UUID NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FinancialYear" (
    "startYear" INTEGER NOT NULL,
    "envelopeCents" BIGINT NOT NULL DEFAULT 0,
    "reservedCents" BIGINT NOT NULL DEFAULT 0,
    "committedCents" BIGINT NOT NULL DEFAULT 0,
    "paidCents" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "FinancialYear_pkey" PRIMARY KEY ("startYear")
);

-- CreateTable
CREATE TABLE "ApplicationFunding" (
    "applicationId" UUID NOT NULL,
    "startYear" INTEGER NOT NULL,
    "reservedCents" BIGINT NOT NULL DEFAULT 0,
    "committedCents" BIGINT NOT NULL DEFAULT 0,
    "paidCents" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "ApplicationFunding_pkey" PRIMARY KEY ("applicationId","startYear")
);

-- CreateTable
CREATE TABLE "LedgerEntry" (
    "id" BIGSERIAL NOT NULL,
    "startYear" INTEGER NOT NULL,
    "applicationId" UUID,
    "kind" "LedgerKind" NOT NULL,
    "envelopeCents" BIGINT NOT NULL DEFAULT 0,
    "reservedCents" BIGINT NOT NULL DEFAULT 0,
    "committedCents" BIGINT NOT NULL DEFAULT 0,
    "paidCents" BIGINT NOT NULL DEFAULT 0,
    "reason" TEXT NOT NULL,
    "source" TEXT,
    "effectiveOn" DATE,
    "actorId" UUID,
    "requestId" UUID NOT NULL,
    "reversesId" BIGINT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LedgerEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEvent" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "event" TEXT NOT NULL,
    "actorId" UUID,
    "applicationId" UUID,
    "action" TEXT,
    "fromState" "State",
    "toState" "State",
    "reason" TEXT,
    "subject" TEXT,
    "data" JSONB,
    "remoteAddress" TEXT,
    "requestId" UUID,

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Email" (
    "id" UUID NOT NULL,
    "applicationId" UUID,
    "to" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sentAt" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "lastError" TEXT,
    "isSecret" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "Email_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Agency_abbreviation_key" ON "Agency"("abbreviation");

-- CreateIndex
CREATE UNIQUE INDEX "Agency_name_key" ON "Agency"("name");

-- CreateIndex
CREATE UNIQUE INDEX "Person_email_key" ON "Person"("email");

-- CreateIndex
CREATE INDEX "Person_agencyId_idx" ON "Person"("agencyId");

-- CreateIndex
CREATE UNIQUE INDEX "Person_id_side_key" ON "Person"("id", "side");

-- CreateIndex
CREATE UNIQUE INDEX "Person_id_agencyId_key" ON "Person"("id", "agencyId");

-- CreateIndex
CREATE INDEX "Session_personId_idx" ON "Session"("personId");

-- CreateIndex
CREATE UNIQUE INDEX "Place_name_key" ON "Place"("name");

-- CreateIndex
CREATE UNIQUE INDEX "Region_name_key" ON "Region"("name");

-- CreateIndex
CREATE UNIQUE INDEX "FocusArea_name_key" ON "FocusArea"("name");

-- CreateIndex
CREATE UNIQUE INDEX "Round_name_key" ON "Round"("name");

-- CreateIndex
CREATE UNIQUE INDEX "Criterion_roundId_position_key" ON "Criterion"("roundId", "position");

-- CreateIndex
CREATE UNIQUE INDEX "Application_reference_key" ON "Application"("reference");

-- CreateIndex
CREATE INDEX "Application_agencyId_id_idx" ON "Application"("agencyId", "id");

-- CreateIndex
CREATE INDEX "Application_state_stateSince_idx" ON "Application"("state", "stateSince");

-- CreateIndex
CREATE INDEX "Application_roundId_idx" ON "Application"("roundId");

-- CreateIndex
CREATE UNIQUE INDEX "Application_id_agencyId_key" ON "Application"("id", "agencyId");

-- CreateIndex
CREATE INDEX "Phasing_kind_startYear_idx" ON "Phasing"("kind", "startYear");

-- CreateIndex
CREATE UNIQUE INDEX "Duty_applicationId_personId_kind_key" ON "Duty"("applicationId", "personId", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "InterestDeclaration_applicationId_personId_hasInterest_key" ON "InterestDeclaration"("applicationId", "personId", "hasInterest");

-- CreateIndex
CREATE INDEX "Assessment_assessorId_status_idx" ON "Assessment"("assessorId", "status");

-- CreateIndex
CREATE INDEX "Recommendation_applicationId_idx" ON "Recommendation"("applicationId");

-- CreateIndex
CREATE INDEX "BudgetCheck_recommendationId_idx" ON "BudgetCheck"("recommendationId");

-- CreateIndex
CREATE INDEX "Decision_applicationId_idx" ON "Decision"("applicationId");

-- CreateIndex
CREATE INDEX "Offer_applicationId_idx" ON "Offer"("applicationId");

-- CreateIndex
CREATE INDEX "Offer_outcome_dueAt_idx" ON "Offer"("outcome", "dueAt");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_reference_key" ON "Payment"("reference");

-- CreateIndex
CREATE INDEX "Payment_applicationId_idx" ON "Payment"("applicationId");

-- CreateIndex
CREATE INDEX "ApplicationFunding_startYear_idx" ON "ApplicationFunding"("startYear");

-- CreateIndex
CREATE UNIQUE INDEX "LedgerEntry_reversesId_key" ON "LedgerEntry"("reversesId");

-- CreateIndex
CREATE INDEX "LedgerEntry_startYear_id_idx" ON "LedgerEntry"("startYear", "id");

-- CreateIndex
CREATE INDEX "LedgerEntry_applicationId_id_idx" ON "LedgerEntry"("applicationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "AuditEvent_requestId_key" ON "AuditEvent"("requestId");

-- CreateIndex
CREATE INDEX "AuditEvent_applicationId_id_idx" ON "AuditEvent"("applicationId", "id");

-- CreateIndex
CREATE INDEX "AuditEvent_event_id_idx" ON "AuditEvent"("event", "id");

-- CreateIndex
CREATE INDEX "AuditEvent_actorId_id_idx" ON "AuditEvent"("actorId", "id");

-- CreateIndex
CREATE INDEX "Email_applicationId_id_idx" ON "Email"("applicationId", "id");

-- CreateIndex
CREATE INDEX "Email_sentAt_id_idx" ON "Email"("sentAt", "id");

-- AddForeignKey
ALTER TABLE "Person" ADD CONSTRAINT "Person_agencyId_fkey" FOREIGN KEY ("agencyId") REFERENCES "Agency"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PersonRole" ADD CONSTRAINT "PersonRole_personId_side_fkey" FOREIGN KEY ("personId", "side") REFERENCES "Person"("id", "side") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Delegation" ADD CONSTRAINT "Delegation_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Criterion" ADD CONSTRAINT "Criterion_roundId_fkey" FOREIGN KEY ("roundId") REFERENCES "Round"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Application" ADD CONSTRAINT "Application_agencyId_fkey" FOREIGN KEY ("agencyId") REFERENCES "Agency"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Application" ADD CONSTRAINT "Application_roundId_fkey" FOREIGN KEY ("roundId") REFERENCES "Round"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationSection" ADD CONSTRAINT "ApplicationSection_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationVersion" ADD CONSTRAINT "ApplicationVersion_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationPlace" ADD CONSTRAINT "ApplicationPlace_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationPlace" ADD CONSTRAINT "ApplicationPlace_placeCode_fkey" FOREIGN KEY ("placeCode") REFERENCES "Place"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationFocusArea" ADD CONSTRAINT "ApplicationFocusArea_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationFocusArea" ADD CONSTRAINT "ApplicationFocusArea_focusAreaCode_fkey" FOREIGN KEY ("focusAreaCode") REFERENCES "FocusArea"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Phasing" ADD CONSTRAINT "Phasing_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_personId_side_fkey" FOREIGN KEY ("personId", "side") REFERENCES "Person"("id", "side") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_personId_agencyId_fkey" FOREIGN KEY ("personId", "agencyId") REFERENCES "Person"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_applicationId_agencyId_fkey" FOREIGN KEY ("applicationId", "agencyId") REFERENCES "Application"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InterestDeclaration" ADD CONSTRAINT "InterestDeclaration_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Assessment" ADD CONSTRAINT "Assessment_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Assessment" ADD CONSTRAINT "Assessment_applicationId_assessorId_duty_fkey" FOREIGN KEY ("applicationId", "assessorId", "duty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AssessmentScore" ADD CONSTRAINT "AssessmentScore_applicationId_assessorId_fkey" FOREIGN KEY ("applicationId", "assessorId") REFERENCES "Assessment"("applicationId", "assessorId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AssessmentScore" ADD CONSTRAINT "AssessmentScore_criterionId_fkey" FOREIGN KEY ("criterionId") REFERENCES "Criterion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AssessmentScore" ADD CONSTRAINT "AssessmentScore_applicationId_assessorId_hasInterest_fkey" FOREIGN KEY ("applicationId", "assessorId", "hasInterest") REFERENCES "InterestDeclaration"("applicationId", "personId", "hasInterest") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AgreedScore" ADD CONSTRAINT "AgreedScore_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AgreedScore" ADD CONSTRAINT "AgreedScore_criterionId_fkey" FOREIGN KEY ("criterionId") REFERENCES "Criterion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Recommendation" ADD CONSTRAINT "Recommendation_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Recommendation" ADD CONSTRAINT "Recommendation_applicationId_recommendedById_duty_fkey" FOREIGN KEY ("applicationId", "recommendedById", "duty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BudgetCheck" ADD CONSTRAINT "BudgetCheck_recommendationId_fkey" FOREIGN KEY ("recommendationId") REFERENCES "Recommendation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BudgetCheck" ADD CONSTRAINT "BudgetCheck_applicationId_checkedById_duty_fkey" FOREIGN KEY ("applicationId", "checkedById", "duty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_recommendationId_fkey" FOREIGN KEY ("recommendationId") REFERENCES "Recommendation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_applicationId_decidedById_duty_fkey" FOREIGN KEY ("applicationId", "decidedById", "duty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Acquittal" ADD CONSTRAINT "Acquittal_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationFunding" ADD CONSTRAINT "ApplicationFunding_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationFunding" ADD CONSTRAINT "ApplicationFunding_startYear_fkey" FOREIGN KEY ("startYear") REFERENCES "FinancialYear"("startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_startYear_fkey" FOREIGN KEY ("startYear") REFERENCES "FinancialYear"("startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_reversesId_fkey" FOREIGN KEY ("reversesId") REFERENCES "LedgerEntry"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AuditEvent" ADD CONSTRAINT "AuditEvent_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Email" ADD CONSTRAINT "Email_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE SET NULL ON UPDATE CASCADE;
