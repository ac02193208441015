-- The tables as prisma/schema.prisma describes them. `prisma migrate diff` wrote this file; 00000000000001_guards adds
-- everything that the Prisma schema cannot say.

-- CreateEnum
CREATE TYPE "Side" AS ENUM ('AGENCY', 'MFAT');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('CONTRIBUTOR', 'CERTIFIER', 'DESK', 'ASSESSOR', 'BUDGET', 'APPROVER', 'AUDITOR', 'ADMINISTRATOR');

-- CreateEnum
CREATE TYPE "State" AS ENUM ('DRAFT', 'SIGN_OFF', 'SUBMITTED', 'CHANGES_REQUESTED', 'ASSESSMENT', 'MODERATION', 'BUDGET_CHECK', 'DECISION', 'APPROVED', 'OFFERED', 'ACTIVE', 'CLOSING', 'DISCARDED', 'INELIGIBLE', 'DECLINED', 'WITHDRAWN', 'OFFER_DECLINED', 'LAPSED', 'TERMINATED', 'CLOSED');

-- CreateEnum
CREATE TYPE "Marking" AS ENUM ('UNCLASSIFIED', 'IN_CONFIDENCE', 'SENSITIVE', 'RESTRICTED');

-- CreateEnum
CREATE TYPE "FormKind" AS ENUM ('APPLICATION', 'DECLARATION', 'REPORT', 'ACQUITTAL', 'VARIATION');

-- CreateEnum
CREATE TYPE "CheckAnswer" AS ENUM ('YES', 'NO', 'NOT_APPLICABLE');

-- CreateEnum
CREATE TYPE "AmountKind" AS ENUM ('REQUESTED', 'RECOMMENDED', 'APPROVED');

-- CreateEnum
CREATE TYPE "DutyKind" AS ENUM ('ASK_SIGN_OFF', 'CERTIFY', 'ASSESS', 'RECOMMEND', 'CHECK_BUDGET', 'DECIDE', 'DELEGATE');

-- CreateEnum
CREATE TYPE "ScanState" AS ENUM ('WAITING', 'CLEAN', 'REFUSED', 'NOT_SCANNED');

-- CreateEnum
CREATE TYPE "AssessmentStatus" AS ENUM ('ASSIGNED', 'RECUSED', 'COMPLETE', 'UNASSIGNED');

-- CreateEnum
CREATE TYPE "RecommendationOutcome" AS ENUM ('FUND_IN_FULL', 'FUND_IN_PART', 'DO_NOT_FUND');

-- CreateEnum
CREATE TYPE "DecisionOutcome" AS ENUM ('APPROVED', 'DECLINED', 'RETURNED');

-- CreateEnum
CREATE TYPE "OfferOutcome" AS ENUM ('ACCEPTED', 'DECLINED', 'LAPSED', 'WITHDRAWN');

-- CreateEnum
CREATE TYPE "ClaimState" AS ENUM ('CLAIMED', 'APPROVED', 'PAID', 'RETURNED', 'CANCELLED', 'RECOVERED', 'SETTLED');

-- CreateEnum
CREATE TYPE "ReportKind" AS ENUM ('PROGRESS', 'FINAL');

-- CreateEnum
CREATE TYPE "ReportState" AS ENUM ('DUE', 'SUBMITTED', 'RETURNED', 'ACCEPTED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "VariationKind" AS ENUM ('TIME', 'SCOPE', 'REPHASING', 'COST');

-- CreateEnum
CREATE TYPE "VariationState" AS ENUM ('ASKED', 'BUDGET_CONFIRMED', 'APPROVED', 'DECLINED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "LetterKind" AS ENUM ('OFFER', 'DECLINE', 'INELIGIBLE');

-- CreateEnum
CREATE TYPE "CarryForwardState" AS ENUM ('IN_PRINCIPLE', 'CONFIRMED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "LedgerKind" AS ENUM ('ADJUST', 'RESERVE', 'RELEASE', 'COMMIT', 'PAY', 'RECOVER', 'MOVE');

-- CreateEnum
CREATE TYPE "ReminderKind" AS ENUM ('REMINDER', 'ESCALATION');

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
CREATE TABLE "Deputy" (
    "id" UUID NOT NULL,
    "approverId" UUID NOT NULL,
    "deputyId" UUID NOT NULL,
    "fromOn" DATE NOT NULL,
    "toOn" DATE NOT NULL,
    "namedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "endedById" UUID,

    CONSTRAINT "Deputy_pkey" PRIMARY KEY ("id")
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
    "browserHash" TEXT NOT NULL,
    "codeHash" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SignInCode_pkey" PRIMARY KEY ("email","browserHash")
);

-- CreateTable
CREATE TABLE "KnownBrowser" (
    "personId" UUID NOT NULL,
    "browserHash" TEXT NOT NULL,
    "signedInAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "KnownBrowser_pkey" PRIMARY KEY ("personId","browserHash")
);

-- CreateTable
CREATE TABLE "RateCounter" (
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RateCounter_pkey" PRIMARY KEY ("key")
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
    "moneyCents" BIGINT,
    "tellEmails" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "checklist" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "criteriaVersion" INTEGER NOT NULL DEFAULT 1,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Round_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Criterion" (
    "id" UUID NOT NULL,
    "roundId" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "weight" INTEGER NOT NULL,
    "anchors" TEXT[],
    "sections" TEXT[] DEFAULT ARRAY[]::TEXT[],

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
    "criteriaVersion" INTEGER,
    "formNumber" INTEGER NOT NULL DEFAULT 1,
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
    "formId" TEXT,
    "shown" TEXT,
    "writers" JSONB NOT NULL DEFAULT '{}',
    "former" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "ApplicationSection_pkey" PRIMARY KEY ("applicationId","section")
);

-- CreateTable
CREATE TABLE "FormRelease" (
    "hash" TEXT NOT NULL,
    "kind" "FormKind" NOT NULL,
    "number" INTEGER NOT NULL,
    "content" TEXT NOT NULL,
    "keptAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "FormRelease_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "ApplicationVersion" (
    "applicationId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "answers" JSONB NOT NULL,
    "formHash" TEXT NOT NULL,
    "declarationHash" TEXT NOT NULL,
    "lists" JSONB NOT NULL,
    "agencyName" TEXT NOT NULL,
    "roundName" TEXT NOT NULL,
    "certifierName" TEXT NOT NULL,
    "requestedCents" BIGINT NOT NULL,
    "certifiedById" UUID NOT NULL,
    "certifiedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApplicationVersion_pkey" PRIMARY KEY ("applicationId","number")
);

-- CreateTable
CREATE TABLE "ScreeningAnswer" (
    "applicationId" UUID NOT NULL,
    "versionNumber" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "question" TEXT NOT NULL,
    "answer" "CheckAnswer",
    "note" TEXT NOT NULL DEFAULT '',
    "answeredById" UUID NOT NULL,
    "answeredAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ScreeningAnswer_pkey" PRIMARY KEY ("applicationId","versionNumber","position")
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
CREATE TABLE "ApplicationCategory" (
    "applicationId" UUID NOT NULL,
    "category" TEXT NOT NULL,
    "startYear" INTEGER NOT NULL,
    "cents" BIGINT NOT NULL,

    CONSTRAINT "ApplicationCategory_pkey" PRIMARY KEY ("applicationId","category","startYear")
);

-- CreateTable
CREATE TABLE "Duty" (
    "applicationId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "side" "Side" NOT NULL,
    "agencyId" UUID,
    "kind" "DutyKind" NOT NULL,
    "isRecused" BOOLEAN,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Duty_pkey" PRIMARY KEY ("applicationId","personId")
);

-- CreateTable
CREATE TABLE "Document" (
    "id" UUID NOT NULL,
    "agencyId" UUID NOT NULL,
    "fileName" TEXT NOT NULL,
    "mediaType" TEXT NOT NULL,
    "sizeBytes" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "storageKey" TEXT NOT NULL,
    "scanState" "ScanState" NOT NULL,
    "scannedAt" TIMESTAMPTZ(3),
    "scanFinding" TEXT,
    "uploadedById" UUID NOT NULL,
    "uploadedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApplicationDocument" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "documentId" UUID NOT NULL,
    "agencyId" UUID NOT NULL,
    "section" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "addedById" UUID NOT NULL,
    "addedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removedById" UUID,
    "removedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApplicationDocument_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "VersionDocument" (
    "applicationId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "useId" UUID NOT NULL,

    CONSTRAINT "VersionDocument_pkey" PRIMARY KEY ("applicationId","number","useId")
);

-- CreateTable
CREATE TABLE "Comment" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "agencyId" UUID NOT NULL,
    "section" TEXT,
    "text" TEXT NOT NULL,
    "authorId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "doneById" UUID,
    "doneAt" TIMESTAMPTZ(3),
    "requestId" UUID NOT NULL,

    CONSTRAINT "Comment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "InterestDeclaration" (
    "applicationId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "hasInterest" BOOLEAN NOT NULL,
    "isRecused" BOOLEAN NOT NULL,
    "description" TEXT,
    "declaredAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "clearedById" UUID,
    "clearedAt" TIMESTAMPTZ(3),
    "clearReason" TEXT,

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
    "dueOn" DATE,
    "completedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Assessment_pkey" PRIMARY KEY ("applicationId","assessorId")
);

-- CreateTable
CREATE TABLE "AssessmentScore" (
    "applicationId" UUID NOT NULL,
    "assessorId" UUID NOT NULL,
    "criterionId" UUID NOT NULL,
    "isRecused" BOOLEAN NOT NULL DEFAULT false,
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

-- CreateTable
CREATE TABLE "Batch" (
    "id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "values" JSONB NOT NULL,
    "preparedById" UUID NOT NULL,
    "preparedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "BatchRow" (
    "batchId" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "values" JSONB NOT NULL,

    CONSTRAINT "BatchRow_pkey" PRIMARY KEY ("batchId","applicationId")
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
    "forId" UUID,
    "forDuty" "DutyKind",
    "decidedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Offer" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "amountCents" BIGINT NOT NULL,
    "letterId" UUID NOT NULL,
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
CREATE TABLE "Arrangement" (
    "applicationId" UUID NOT NULL,
    "startsOn" DATE NOT NULL,
    "endsOn" DATE NOT NULL,
    "scope" TEXT NOT NULL DEFAULT '',
    "acceptedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Arrangement_pkey" PRIMARY KEY ("applicationId")
);

-- CreateTable
CREATE TABLE "Acquittal" (
    "applicationId" UUID NOT NULL,
    "number" INTEGER NOT NULL DEFAULT 1,
    "actualCents" BIGINT NOT NULL,
    "outcome" TEXT NOT NULL,
    "lessons" TEXT NOT NULL DEFAULT '',
    "formHash" TEXT NOT NULL,
    "agencyName" TEXT NOT NULL,
    "submitterName" TEXT NOT NULL,
    "submittedById" UUID NOT NULL,
    "submittedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "returnedById" UUID,
    "returnedAt" TIMESTAMPTZ(3),
    "reason" TEXT,
    "surplusCents" BIGINT,
    "surplusConfirmedById" UUID,
    "surplusConfirmedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Acquittal_pkey" PRIMARY KEY ("applicationId","number")
);

-- CreateTable
CREATE TABLE "AcquittalLine" (
    "applicationId" UUID NOT NULL,
    "number" INTEGER NOT NULL DEFAULT 1,
    "position" INTEGER NOT NULL,
    "category" TEXT NOT NULL,
    "categoryName" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "budgetCents" BIGINT NOT NULL,
    "actualCents" BIGINT NOT NULL,

    CONSTRAINT "AcquittalLine_pkey" PRIMARY KEY ("applicationId","number","position")
);

-- CreateTable
CREATE TABLE "Claim" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "agencyId" UUID NOT NULL,
    "startYear" INTEGER NOT NULL,
    "workFrom" DATE,
    "workTo" DATE,
    "advanceReason" TEXT,
    "accountsForId" UUID,
    "accountedCents" BIGINT NOT NULL DEFAULT 0,
    "cents" BIGINT NOT NULL,
    "gstCents" BIGINT NOT NULL,
    "invoiceNumber" TEXT NOT NULL,
    "invoicedOn" DATE NOT NULL,
    "milestone" TEXT NOT NULL,
    "invoiceId" UUID NOT NULL,
    "state" "ClaimState" NOT NULL DEFAULT 'CLAIMED',
    "claimedById" UUID NOT NULL,
    "claimedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decidedById" UUID,
    "decidedAt" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "Claim_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Payment" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "claimId" UUID,
    "startYear" INTEGER NOT NULL,
    "cents" BIGINT NOT NULL,
    "paidOn" DATE NOT NULL,
    "reference" TEXT NOT NULL,
    "recordedById" UUID NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Recovery" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "claimId" UUID,
    "startYear" INTEGER NOT NULL,
    "cents" BIGINT NOT NULL,
    "receivedOn" DATE NOT NULL,
    "reference" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "recordedById" UUID NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Recovery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Report" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "kind" "ReportKind" NOT NULL,
    "dueOn" DATE NOT NULL,
    "state" "ReportState" NOT NULL DEFAULT 'DUE',
    "values" JSONB NOT NULL DEFAULT '{}',
    "documentId" UUID,
    "spentCents" BIGINT,
    "formNumber" INTEGER NOT NULL DEFAULT 1,
    "submittedById" UUID,
    "submittedAt" TIMESTAMPTZ(3),
    "formHash" TEXT,
    "versionNumber" INTEGER,
    "agencyName" TEXT,
    "submitterName" TEXT,
    "answeredById" UUID,
    "answeredAt" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "Report_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Variation" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "kind" "VariationKind" NOT NULL,
    "state" "VariationState" NOT NULL DEFAULT 'ASKED',
    "reason" TEXT NOT NULL,
    "current" JSONB NOT NULL,
    "proposed" JSONB NOT NULL,
    "formHash" TEXT NOT NULL,
    "agencyName" TEXT NOT NULL,
    "askerName" TEXT NOT NULL,
    "askedById" UUID NOT NULL,
    "askedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmedById" UUID,
    "confirmDuty" "DutyKind",
    "confirmedAt" TIMESTAMPTZ(3),
    "decidedById" UUID,
    "decideDuty" "DutyKind",
    "decidedAt" TIMESTAMPTZ(3),
    "delegationCents" BIGINT,
    "forId" UUID,
    "forDuty" "DutyKind",
    "answer" TEXT,

    CONSTRAINT "Variation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LetterTemplate" (
    "id" UUID NOT NULL,
    "kind" "LetterKind" NOT NULL,
    "number" INTEGER NOT NULL,
    "subject" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "savedById" UUID,
    "savedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LetterTemplate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Letter" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "kind" "LetterKind" NOT NULL,
    "text" TEXT NOT NULL,
    "templateId" UUID,
    "sentById" UUID NOT NULL,
    "sentAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Letter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ConditionList" (
    "number" INTEGER NOT NULL,
    "conditions" TEXT[],
    "savedById" UUID,
    "savedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ConditionList_pkey" PRIMARY KEY ("number")
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
CREATE TABLE "FinancialMonth" (
    "startYear" INTEGER NOT NULL,
    "month" INTEGER NOT NULL,
    "envelopeCents" BIGINT NOT NULL DEFAULT 0,
    "reservedCents" BIGINT NOT NULL DEFAULT 0,
    "committedCents" BIGINT NOT NULL DEFAULT 0,
    "paidCents" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "FinancialMonth_pkey" PRIMARY KEY ("startYear","month")
);

-- CreateTable
CREATE TABLE "CarryForward" (
    "id" UUID NOT NULL,
    "fromYear" INTEGER NOT NULL,
    "intoYear" INTEGER NOT NULL,
    "cents" BIGINT NOT NULL,
    "state" "CarryForwardState" NOT NULL DEFAULT 'IN_PRINCIPLE',
    "reason" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "agreedById" UUID NOT NULL,
    "agreedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settledById" UUID,
    "settledAt" TIMESTAMPTZ(3),
    "settledWhy" TEXT,

    CONSTRAINT "CarryForward_pkey" PRIMARY KEY ("id")
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
    "carryForwardId" UUID,
    "actorId" UUID,
    "requestId" UUID NOT NULL,
    "reversesId" BIGINT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LedgerEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Reminder" (
    "applicationId" UUID NOT NULL,
    "kind" "ReminderKind" NOT NULL,
    "role" "Role" NOT NULL,
    "dueOn" DATE NOT NULL,
    "to" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "sentAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Reminder_pkey" PRIMARY KEY ("applicationId","kind","role","dueOn","to")
);

-- CreateTable
CREATE TABLE "SavedView" (
    "id" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "savedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SavedView_pkey" PRIMARY KEY ("id")
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
CREATE INDEX "Deputy_approverId_id_idx" ON "Deputy"("approverId", "id");

-- CreateIndex
CREATE INDEX "Deputy_deputyId_id_idx" ON "Deputy"("deputyId", "id");

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
CREATE UNIQUE INDEX "Criterion_roundId_version_position_key" ON "Criterion"("roundId", "version", "position");

-- CreateIndex
CREATE UNIQUE INDEX "Application_reference_key" ON "Application"("reference");

-- CreateIndex
CREATE INDEX "Application_agencyId_id_idx" ON "Application"("agencyId", "id");

-- CreateIndex
CREATE INDEX "Application_state_stateSince_idx" ON "Application"("state", "stateSince");

-- CreateIndex
CREATE INDEX "Application_stateSince_id_idx" ON "Application"("stateSince", "id");

-- CreateIndex
CREATE INDEX "Application_roundId_idx" ON "Application"("roundId");

-- CreateIndex
CREATE UNIQUE INDEX "Application_id_agencyId_key" ON "Application"("id", "agencyId");

-- CreateIndex
CREATE UNIQUE INDEX "FormRelease_kind_number_key" ON "FormRelease"("kind", "number");

-- CreateIndex
CREATE INDEX "Phasing_kind_startYear_idx" ON "Phasing"("kind", "startYear");

-- CreateIndex
CREATE INDEX "ApplicationCategory_startYear_idx" ON "ApplicationCategory"("startYear");

-- CreateIndex
CREATE INDEX "Duty_personId_idx" ON "Duty"("personId");

-- CreateIndex
CREATE UNIQUE INDEX "Duty_applicationId_personId_kind_key" ON "Duty"("applicationId", "personId", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "Document_storageKey_key" ON "Document"("storageKey");

-- CreateIndex
CREATE INDEX "Document_agencyId_id_idx" ON "Document"("agencyId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Document_id_agencyId_key" ON "Document"("id", "agencyId");

-- CreateIndex
CREATE INDEX "ApplicationDocument_applicationId_idx" ON "ApplicationDocument"("applicationId");

-- CreateIndex
CREATE INDEX "ApplicationDocument_documentId_idx" ON "ApplicationDocument"("documentId");

-- CreateIndex
CREATE UNIQUE INDEX "ApplicationDocument_id_applicationId_key" ON "ApplicationDocument"("id", "applicationId");

-- CreateIndex
CREATE INDEX "VersionDocument_useId_idx" ON "VersionDocument"("useId");

-- CreateIndex
CREATE UNIQUE INDEX "Comment_requestId_key" ON "Comment"("requestId");

-- CreateIndex
CREATE INDEX "Comment_applicationId_id_idx" ON "Comment"("applicationId", "id");

-- CreateIndex
CREATE INDEX "InterestDeclaration_declaredAt_applicationId_personId_idx" ON "InterestDeclaration"("declaredAt", "applicationId", "personId");

-- CreateIndex
CREATE UNIQUE INDEX "InterestDeclaration_applicationId_personId_isRecused_key" ON "InterestDeclaration"("applicationId", "personId", "isRecused");

-- CreateIndex
CREATE INDEX "Assessment_assessorId_status_idx" ON "Assessment"("assessorId", "status");

-- CreateIndex
CREATE INDEX "Scenario_roundId_idx" ON "Scenario"("roundId");

-- CreateIndex
CREATE INDEX "ScenarioLine_applicationId_idx" ON "ScenarioLine"("applicationId");

-- CreateIndex
CREATE INDEX "BatchRow_applicationId_idx" ON "BatchRow"("applicationId");

-- CreateIndex
CREATE INDEX "Recommendation_applicationId_idx" ON "Recommendation"("applicationId");

-- CreateIndex
CREATE INDEX "BudgetCheck_recommendationId_idx" ON "BudgetCheck"("recommendationId");

-- CreateIndex
CREATE INDEX "Decision_applicationId_idx" ON "Decision"("applicationId");

-- CreateIndex
CREATE UNIQUE INDEX "Offer_letterId_key" ON "Offer"("letterId");

-- CreateIndex
CREATE INDEX "Offer_applicationId_idx" ON "Offer"("applicationId");

-- CreateIndex
CREATE INDEX "Offer_outcome_dueAt_idx" ON "Offer"("outcome", "dueAt");

-- CreateIndex
CREATE INDEX "Claim_state_claimedAt_idx" ON "Claim"("state", "claimedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Claim_applicationId_number_key" ON "Claim"("applicationId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "Claim_id_applicationId_key" ON "Claim"("id", "applicationId");

-- CreateIndex
CREATE UNIQUE INDEX "Claim_id_applicationId_startYear_cents_key" ON "Claim"("id", "applicationId", "startYear", "cents");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_claimId_key" ON "Payment"("claimId");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_reference_key" ON "Payment"("reference");

-- CreateIndex
CREATE INDEX "Payment_applicationId_idx" ON "Payment"("applicationId");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_claimId_applicationId_startYear_cents_key" ON "Payment"("claimId", "applicationId", "startYear", "cents");

-- CreateIndex
CREATE UNIQUE INDEX "Recovery_claimId_key" ON "Recovery"("claimId");

-- CreateIndex
CREATE UNIQUE INDEX "Recovery_reference_key" ON "Recovery"("reference");

-- CreateIndex
CREATE INDEX "Recovery_applicationId_idx" ON "Recovery"("applicationId");

-- CreateIndex
CREATE UNIQUE INDEX "Recovery_claimId_applicationId_startYear_cents_key" ON "Recovery"("claimId", "applicationId", "startYear", "cents");

-- CreateIndex
CREATE INDEX "Report_state_dueOn_idx" ON "Report"("state", "dueOn");

-- CreateIndex
CREATE UNIQUE INDEX "Report_applicationId_number_key" ON "Report"("applicationId", "number");

-- CreateIndex
CREATE INDEX "Variation_state_askedAt_idx" ON "Variation"("state", "askedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Variation_applicationId_number_key" ON "Variation"("applicationId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "LetterTemplate_kind_number_key" ON "LetterTemplate"("kind", "number");

-- CreateIndex
CREATE UNIQUE INDEX "LetterTemplate_id_kind_key" ON "LetterTemplate"("id", "kind");

-- CreateIndex
CREATE INDEX "Letter_applicationId_id_idx" ON "Letter"("applicationId", "id");

-- CreateIndex
CREATE INDEX "CarryForward_fromYear_idx" ON "CarryForward"("fromYear");

-- CreateIndex
CREATE INDEX "CarryForward_intoYear_idx" ON "CarryForward"("intoYear");

-- CreateIndex
CREATE INDEX "ApplicationFunding_startYear_idx" ON "ApplicationFunding"("startYear");

-- CreateIndex
CREATE UNIQUE INDEX "LedgerEntry_reversesId_key" ON "LedgerEntry"("reversesId");

-- CreateIndex
CREATE INDEX "LedgerEntry_startYear_id_idx" ON "LedgerEntry"("startYear", "id");

-- CreateIndex
CREATE INDEX "LedgerEntry_startYear_kind_id_idx" ON "LedgerEntry"("startYear", "kind", "id");

-- CreateIndex
CREATE INDEX "LedgerEntry_applicationId_id_idx" ON "LedgerEntry"("applicationId", "id");

-- CreateIndex
CREATE INDEX "LedgerEntry_carryForwardId_idx" ON "LedgerEntry"("carryForwardId");

-- CreateIndex
CREATE UNIQUE INDEX "SavedView_personId_name_key" ON "SavedView"("personId", "name");

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
ALTER TABLE "Deputy" ADD CONSTRAINT "Deputy_approverId_fkey" FOREIGN KEY ("approverId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Deputy" ADD CONSTRAINT "Deputy_deputyId_fkey" FOREIGN KEY ("deputyId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "KnownBrowser" ADD CONSTRAINT "KnownBrowser_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

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
ALTER TABLE "ApplicationVersion" ADD CONSTRAINT "ApplicationVersion_formHash_fkey" FOREIGN KEY ("formHash") REFERENCES "FormRelease"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationVersion" ADD CONSTRAINT "ApplicationVersion_declarationHash_fkey" FOREIGN KEY ("declarationHash") REFERENCES "FormRelease"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ScreeningAnswer" ADD CONSTRAINT "ScreeningAnswer_applicationId_versionNumber_fkey" FOREIGN KEY ("applicationId", "versionNumber") REFERENCES "ApplicationVersion"("applicationId", "number") ON DELETE RESTRICT ON UPDATE CASCADE;

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
ALTER TABLE "ApplicationCategory" ADD CONSTRAINT "ApplicationCategory_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_personId_side_fkey" FOREIGN KEY ("personId", "side") REFERENCES "Person"("id", "side") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_personId_agencyId_fkey" FOREIGN KEY ("personId", "agencyId") REFERENCES "Person"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_applicationId_agencyId_fkey" FOREIGN KEY ("applicationId", "agencyId") REFERENCES "Application"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_applicationId_personId_isRecused_fkey" FOREIGN KEY ("applicationId", "personId", "isRecused") REFERENCES "InterestDeclaration"("applicationId", "personId", "isRecused") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Document" ADD CONSTRAINT "Document_agencyId_fkey" FOREIGN KEY ("agencyId") REFERENCES "Agency"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationDocument" ADD CONSTRAINT "ApplicationDocument_applicationId_agencyId_fkey" FOREIGN KEY ("applicationId", "agencyId") REFERENCES "Application"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationDocument" ADD CONSTRAINT "ApplicationDocument_documentId_agencyId_fkey" FOREIGN KEY ("documentId", "agencyId") REFERENCES "Document"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "VersionDocument" ADD CONSTRAINT "VersionDocument_applicationId_number_fkey" FOREIGN KEY ("applicationId", "number") REFERENCES "ApplicationVersion"("applicationId", "number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "VersionDocument" ADD CONSTRAINT "VersionDocument_useId_applicationId_fkey" FOREIGN KEY ("useId", "applicationId") REFERENCES "ApplicationDocument"("id", "applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_applicationId_agencyId_fkey" FOREIGN KEY ("applicationId", "agencyId") REFERENCES "Application"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_authorId_agencyId_fkey" FOREIGN KEY ("authorId", "agencyId") REFERENCES "Person"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_doneById_agencyId_fkey" FOREIGN KEY ("doneById", "agencyId") REFERENCES "Person"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InterestDeclaration" ADD CONSTRAINT "InterestDeclaration_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InterestDeclaration" ADD CONSTRAINT "InterestDeclaration_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InterestDeclaration" ADD CONSTRAINT "InterestDeclaration_clearedById_fkey" FOREIGN KEY ("clearedById") REFERENCES "Person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Assessment" ADD CONSTRAINT "Assessment_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Assessment" ADD CONSTRAINT "Assessment_applicationId_assessorId_duty_fkey" FOREIGN KEY ("applicationId", "assessorId", "duty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AssessmentScore" ADD CONSTRAINT "AssessmentScore_applicationId_assessorId_fkey" FOREIGN KEY ("applicationId", "assessorId") REFERENCES "Assessment"("applicationId", "assessorId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AssessmentScore" ADD CONSTRAINT "AssessmentScore_criterionId_fkey" FOREIGN KEY ("criterionId") REFERENCES "Criterion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AssessmentScore" ADD CONSTRAINT "AssessmentScore_applicationId_assessorId_isRecused_fkey" FOREIGN KEY ("applicationId", "assessorId", "isRecused") REFERENCES "InterestDeclaration"("applicationId", "personId", "isRecused") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AgreedScore" ADD CONSTRAINT "AgreedScore_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AgreedScore" ADD CONSTRAINT "AgreedScore_criterionId_fkey" FOREIGN KEY ("criterionId") REFERENCES "Criterion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Scenario" ADD CONSTRAINT "Scenario_roundId_fkey" FOREIGN KEY ("roundId") REFERENCES "Round"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ScenarioLine" ADD CONSTRAINT "ScenarioLine_scenarioId_fkey" FOREIGN KEY ("scenarioId") REFERENCES "Scenario"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ScenarioLine" ADD CONSTRAINT "ScenarioLine_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ScenarioPhasing" ADD CONSTRAINT "ScenarioPhasing_scenarioId_applicationId_fkey" FOREIGN KEY ("scenarioId", "applicationId") REFERENCES "ScenarioLine"("scenarioId", "applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BatchRow" ADD CONSTRAINT "BatchRow_batchId_fkey" FOREIGN KEY ("batchId") REFERENCES "Batch"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BatchRow" ADD CONSTRAINT "BatchRow_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

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
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_applicationId_forId_forDuty_fkey" FOREIGN KEY ("applicationId", "forId", "forDuty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_letterId_fkey" FOREIGN KEY ("letterId") REFERENCES "Letter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Arrangement" ADD CONSTRAINT "Arrangement_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Acquittal" ADD CONSTRAINT "Acquittal_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Acquittal" ADD CONSTRAINT "Acquittal_formHash_fkey" FOREIGN KEY ("formHash") REFERENCES "FormRelease"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AcquittalLine" ADD CONSTRAINT "AcquittalLine_applicationId_number_fkey" FOREIGN KEY ("applicationId", "number") REFERENCES "Acquittal"("applicationId", "number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Arrangement"("applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_applicationId_agencyId_fkey" FOREIGN KEY ("applicationId", "agencyId") REFERENCES "Application"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_accountsForId_applicationId_fkey" FOREIGN KEY ("accountsForId", "applicationId") REFERENCES "Claim"("id", "applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_invoiceId_applicationId_fkey" FOREIGN KEY ("invoiceId", "applicationId") REFERENCES "ApplicationDocument"("id", "applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_claimId_applicationId_startYear_cents_fkey" FOREIGN KEY ("claimId", "applicationId", "startYear", "cents") REFERENCES "Claim"("id", "applicationId", "startYear", "cents") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Recovery" ADD CONSTRAINT "Recovery_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Arrangement"("applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Recovery" ADD CONSTRAINT "Recovery_claimId_applicationId_startYear_cents_fkey" FOREIGN KEY ("claimId", "applicationId", "startYear", "cents") REFERENCES "Claim"("id", "applicationId", "startYear", "cents") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Report" ADD CONSTRAINT "Report_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Arrangement"("applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Report" ADD CONSTRAINT "Report_documentId_applicationId_fkey" FOREIGN KEY ("documentId", "applicationId") REFERENCES "ApplicationDocument"("id", "applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Report" ADD CONSTRAINT "Report_formHash_fkey" FOREIGN KEY ("formHash") REFERENCES "FormRelease"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Report" ADD CONSTRAINT "Report_applicationId_versionNumber_fkey" FOREIGN KEY ("applicationId", "versionNumber") REFERENCES "ApplicationVersion"("applicationId", "number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Arrangement"("applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_formHash_fkey" FOREIGN KEY ("formHash") REFERENCES "FormRelease"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_applicationId_confirmedById_confirmDuty_fkey" FOREIGN KEY ("applicationId", "confirmedById", "confirmDuty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_applicationId_decidedById_decideDuty_fkey" FOREIGN KEY ("applicationId", "decidedById", "decideDuty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_applicationId_forId_forDuty_fkey" FOREIGN KEY ("applicationId", "forId", "forDuty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Letter" ADD CONSTRAINT "Letter_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Letter" ADD CONSTRAINT "Letter_templateId_kind_fkey" FOREIGN KEY ("templateId", "kind") REFERENCES "LetterTemplate"("id", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FinancialMonth" ADD CONSTRAINT "FinancialMonth_startYear_fkey" FOREIGN KEY ("startYear") REFERENCES "FinancialYear"("startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CarryForward" ADD CONSTRAINT "CarryForward_fromYear_fkey" FOREIGN KEY ("fromYear") REFERENCES "FinancialYear"("startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CarryForward" ADD CONSTRAINT "CarryForward_intoYear_fkey" FOREIGN KEY ("intoYear") REFERENCES "FinancialYear"("startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationFunding" ADD CONSTRAINT "ApplicationFunding_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationFunding" ADD CONSTRAINT "ApplicationFunding_startYear_fkey" FOREIGN KEY ("startYear") REFERENCES "FinancialYear"("startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_startYear_fkey" FOREIGN KEY ("startYear") REFERENCES "FinancialYear"("startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_carryForwardId_fkey" FOREIGN KEY ("carryForwardId") REFERENCES "CarryForward"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_reversesId_fkey" FOREIGN KEY ("reversesId") REFERENCES "LedgerEntry"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Reminder" ADD CONSTRAINT "Reminder_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SavedView" ADD CONSTRAINT "SavedView_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AuditEvent" ADD CONSTRAINT "AuditEvent_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Email" ADD CONSTRAINT "Email_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE SET NULL ON UPDATE CASCADE;
