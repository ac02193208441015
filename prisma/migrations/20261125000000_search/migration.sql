-- Words are found without their macrons, glottal stops and other accents, whichever way they were typed.
CREATE FUNCTION fold_text(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(normalize($1, NFD), '[\u0300-\u036F''‘’ʻʼ]', '', 'g');

-- The words of answers as JSON. More than a tsvector can hold is not found by its words, and is saved all the same.
CREATE FUNCTION answer_words(jsonb) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
BEGIN
  RETURN jsonb_to_tsvector('pg_catalog.english', fold_text($1::text)::jsonb, '["string"]');
EXCEPTION WHEN program_limit_exceeded THEN
  RETURN '';
END
$$;

CREATE FUNCTION title_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_tsvector('pg_catalog.english', fold_text($1));

-- What somebody typed to search for. Word processors curl the quotation marks around a phrase.
CREATE FUNCTION search_query(text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN websearch_to_tsquery('pg_catalog.english', fold_text(translate($1, '“”', '""')));

-- All the words of a draft, of its sections together.
CREATE FUNCTION add_words(tsvector, tsvector) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  RETURN $1 || $2;
EXCEPTION WHEN program_limit_exceeded THEN
  RETURN $1;
END
$$;
CREATE AGGREGATE all_words(tsvector) (SFUNC = add_words, STYPE = tsvector, INITCOND = '');

-- AlterTable
ALTER TABLE "ApplicationVersion" ADD COLUMN "words" tsvector GENERATED ALWAYS AS (answer_words(answers)) STORED;
ALTER TABLE "ApplicationSection" ADD COLUMN "words" tsvector GENERATED ALWAYS AS (answer_words("values")) STORED;

-- CreateIndex
CREATE INDEX "ApplicationVersion_words_idx" ON "ApplicationVersion" USING GIN ("words");
CREATE INDEX "Application_title_words" ON "Application" USING GIN (title_words(title));

-- The orders of lists: a page begins where the one before ended. A draft's amount is nothing to MFAT.
CREATE INDEX "Application_stateSince_id_idx" ON "Application"("stateSince", "id");
CREATE INDEX "Application_read_requested" ON "Application" ((CASE WHEN "versionNumber" = 0 THEN 0 ELSE "requestedCents" END), id);
CREATE INDEX "Duty_personId_idx" ON "Duty"("personId");

-- CreateTable
CREATE TABLE "SavedView" (
    "id" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "savedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SavedView_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "SavedView_personId_name_key" ON "SavedView"("personId", "name");

-- AddForeignKey
ALTER TABLE "SavedView" ADD CONSTRAINT "SavedView_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "SavedView" ADD CONSTRAINT "SavedView_name" CHECK (name <> '' AND length(name) <= 60);
ALTER TABLE "SavedView" ADD CONSTRAINT "SavedView_query" CHECK (length(query) <= 2000);
-- A person's own note of what to look at, and no record: the audit trail keeps what became of it.
GRANT SELECT, INSERT, DELETE ON "SavedView" TO psf_app;
GRANT UPDATE (name) ON "SavedView" TO psf_app;
