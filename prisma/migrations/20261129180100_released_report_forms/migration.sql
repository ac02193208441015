-- Reports, acquittals and variations keep the form that they were sent on and the names of that day, as versions do. What
-- was sent before was sent on the first releases; the names of its day were not kept, and today's are as near as can be.

ALTER TABLE "Report"
  ADD COLUMN "formNumber" INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN "formHash" TEXT,
  ADD COLUMN "versionNumber" INTEGER,
  ADD COLUMN "agencyName" TEXT,
  ADD COLUMN "submitterName" TEXT;
ALTER TABLE "Acquittal" ADD COLUMN "formHash" TEXT, ADD COLUMN "agencyName" TEXT, ADD COLUMN "submitterName" TEXT;
ALTER TABLE "AcquittalLine" ADD COLUMN "categoryName" TEXT;
ALTER TABLE "Variation" ADD COLUMN "formHash" TEXT, ADD COLUMN "agencyName" TEXT, ADD COLUMN "askerName" TEXT;

INSERT INTO "FormRelease" (hash, kind, number, content)
  SELECT hash, kind::"FormKind", number, content FROM (VALUES
('2ca625e450eadfe86bb55ea4461381c71f82f31144ed575ba5efeabc0dd72b63', 'REPORT', 1, $form${"kind":"REPORT","number":1,"renames":{},"sections":[{"fields":[{"each":"outcomes","hint":"What was reached. Indicator: {indicator}. Baseline: {baseline}. Target: {target}{by}","kind":"longText","label":"Outcome {number}: {outcome}","missing":"Outcome {number}: Enter what was reached","name":"reached-{index}","rows":3,"wordsMax":150}],"key":"results","number":1,"title":"Results"},{"fields":[{"each":"milestones","hint":"{where}{by}","kind":"choice","label":"Milestone {number}: {what}","missing":"Milestone {number}: Say how far it is","name":"milestone-{index}","options":[{"label":"Done","value":"done"},{"label":"Under way","value":"underWay"},{"label":"Not begun","value":"notBegun"}]},{"charsMax":200,"each":"milestones","kind":"text","label":"Note on milestone {number}","name":"note-{index}","optional":true}],"key":"milestones","number":2,"title":"Milestones"},{"fields":[{"allowZero":true,"hint":"From the beginning up to now. New Zealand dollars, GST exclusive","kind":"amount","label":"Spent so far of the fund’s money","missing":"Enter what was spent so far of the fund’s money","name":"spent"},{"hint":"What was done, and what difference it made","kind":"longText","label":"Progress","missing":"Enter what was done","name":"progress","rows":7,"wordsMax":500},{"kind":"longText","label":"Problems, and what changes because of them","name":"problems","optional":true,"rows":5,"wordsMax":300}],"key":"money","number":3,"title":"Money and progress"}]}$form$)
  ) AS released (hash, kind, number, content) WHERE EXISTS (SELECT FROM "Report" WHERE "submittedAt" IS NOT NULL);
INSERT INTO "FormRelease" (hash, kind, number, content)
  SELECT hash, kind::"FormKind", number, content FROM (VALUES
('0304e584e3ac65963832082876a39ef70f6257d7be349323307c0ec1ac332bb5', 'ACQUITTAL', 1, $form${"kind":"ACQUITTAL","number":1,"renames":{},"sections":[{"fields":[{"allowZero":true,"each":"lines","hint":"What it came to. {category}, budget {budget}","kind":"amount","label":"Line {number}: {description}","missing":"Line {number}: Enter what it came to, 0 where nothing was spent","name":"actual-{index}"},{"kind":"longText","label":"What was achieved","missing":"Enter what was achieved","name":"outcome","rows":7,"wordsMax":500},{"hint":"What you would do again, and what you would do differently","kind":"longText","label":"Lessons learned","missing":"Enter what was learned","name":"lessons","rows":7,"wordsMax":500}],"key":"account","number":1,"title":"Final account"}]}$form$)
  ) AS released (hash, kind, number, content) WHERE EXISTS (SELECT FROM "Acquittal");
INSERT INTO "FormRelease" (hash, kind, number, content)
  SELECT hash, kind::"FormKind", number, content FROM (VALUES
('e5522b7f9741e3b3de69f0bb7a9095562066ed53ea87a3e798e36d25e2823b7d', 'VARIATION', 1, $form${"kind":"VARIATION","number":1,"renames":{},"sections":[{"fields":[{"kind":"day","label":"New end date","missing":"Enter the new end date","name":"endsOn"},{"hint":"MFAT reads this","kind":"longText","label":"Why it is to change","missing":"Enter a reason","name":"reason","rows":5,"wordsMax":300}],"key":"TIME","number":1,"title":"Time"},{"fields":[{"hint":"It begins as what was agreed. Change what is to change, and leave the rest as it is","kind":"longText","label":"What will be done instead","missing":"Say what will be done instead","name":"scope","rows":16,"wordsMax":2500},{"hint":"MFAT reads this","kind":"longText","label":"Why it is to change","missing":"Enter a reason","name":"reason","rows":5,"wordsMax":300}],"key":"SCOPE","number":2,"title":"Scope"},{"fields":[{"allowZero":true,"each":"years","kind":"amount","label":"Amount in {label}","name":"phasing{value}","optional":true},{"hint":"MFAT reads this","kind":"longText","label":"Why it is to change","missing":"Enter a reason","name":"reason","rows":5,"wordsMax":300}],"key":"REPHASING","number":3,"title":"Re-phasing"},{"fields":[{"allowZero":true,"each":"years","kind":"amount","label":"Amount in {label}","name":"phasing{value}","optional":true},{"hint":"MFAT reads this","kind":"longText","label":"Why it is to change","missing":"Enter a reason","name":"reason","rows":5,"wordsMax":300}],"key":"COST","number":4,"title":"Cost"}]}$form$)
  ) AS released (hash, kind, number, content) WHERE EXISTS (SELECT FROM "Variation");

ALTER TABLE "Report" DISABLE TRIGGER keep_ended;
UPDATE "Report" s SET
  "formHash" = '2ca625e450eadfe86bb55ea4461381c71f82f31144ed575ba5efeabc0dd72b63',
  "versionNumber" = a."versionNumber",
  "agencyName" = g.name,
  "submitterName" = coalesce((SELECT name FROM "Person" WHERE id = s."submittedById"), 'a contributor')
FROM "Application" a, "Agency" g WHERE a.id = s."applicationId" AND g.id = a."agencyId" AND s."submittedAt" IS NOT NULL;
ALTER TABLE "Report" ENABLE TRIGGER keep_ended;

UPDATE "Acquittal" s SET
  "formHash" = '0304e584e3ac65963832082876a39ef70f6257d7be349323307c0ec1ac332bb5',
  "agencyName" = g.name,
  "submitterName" = coalesce((SELECT name FROM "Person" WHERE id = s."submittedById"), 'a certifier')
FROM "Application" a, "Agency" g WHERE a.id = s."applicationId" AND g.id = a."agencyId";

ALTER TABLE "AcquittalLine" DISABLE TRIGGER append_only;
UPDATE "AcquittalLine" SET "categoryName" = CASE category
  WHEN 'personnel' THEN 'Personnel' WHEN 'travel' THEN 'Travel' WHEN 'training' THEN 'Training'
  WHEN 'equipment' THEN 'Equipment' WHEN 'technicalAdvice' THEN 'Technical advice' WHEN 'other' THEN 'Other'
  ELSE category END;
ALTER TABLE "AcquittalLine" ENABLE TRIGGER append_only;

ALTER TABLE "Variation" DISABLE TRIGGER keep_ended;
UPDATE "Variation" s SET
  "formHash" = 'e5522b7f9741e3b3de69f0bb7a9095562066ed53ea87a3e798e36d25e2823b7d',
  "agencyName" = g.name,
  "askerName" = coalesce((SELECT name FROM "Person" WHERE id = s."askedById"), 'a contributor')
FROM "Application" a, "Agency" g WHERE a.id = s."applicationId" AND g.id = a."agencyId";
ALTER TABLE "Variation" ENABLE TRIGGER keep_ended;

ALTER TABLE "Report" ADD CONSTRAINT "Report_as_submitted" CHECK (
  state NOT IN ('SUBMITTED', 'ACCEPTED') OR num_nulls("formHash", "versionNumber", "agencyName", "submitterName") = 0);
ALTER TABLE "Acquittal"
  ALTER COLUMN "formHash" SET NOT NULL,
  ALTER COLUMN "agencyName" SET NOT NULL,
  ALTER COLUMN "submitterName" SET NOT NULL;
ALTER TABLE "AcquittalLine" ALTER COLUMN "categoryName" SET NOT NULL;
ALTER TABLE "Variation"
  ALTER COLUMN "formHash" SET NOT NULL,
  ALTER COLUMN "agencyName" SET NOT NULL,
  ALTER COLUMN "askerName" SET NOT NULL;

ALTER TABLE "Report" ADD CONSTRAINT "Report_formHash_fkey"
  FOREIGN KEY ("formHash") REFERENCES "FormRelease"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Report" ADD CONSTRAINT "Report_applicationId_versionNumber_fkey"
  FOREIGN KEY ("applicationId", "versionNumber") REFERENCES "ApplicationVersion"("applicationId", "number") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Acquittal" ADD CONSTRAINT "Acquittal_formHash_fkey"
  FOREIGN KEY ("formHash") REFERENCES "FormRelease"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_formHash_fkey"
  FOREIGN KEY ("formHash") REFERENCES "FormRelease"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;
