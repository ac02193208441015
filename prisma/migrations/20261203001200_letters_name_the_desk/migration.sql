-- The desk's address is a setting, and letters take it from there. Where the text is still the one that the portal began with, the
-- next version has a field in place of the setting's default; a text that the desk has written stays, and so do letters that were sent.
ALTER TABLE "LetterTemplate" DISABLE TRIGGER as_recorded;
INSERT INTO "LetterTemplate" (id, kind, number, subject, body)
SELECT gen_random_uuid(), newest.kind, newest.number + 1, newest.subject, replace(newest.body, 'psf@mfat.govt.nz', '{{deskEmail}}')
FROM (SELECT DISTINCT ON (l.kind) l.* FROM "LetterTemplate" l ORDER BY l.kind, l.number DESC) newest
WHERE newest."savedById" IS NULL AND newest.body LIKE '%psf@mfat.govt.nz%';
ALTER TABLE "LetterTemplate" ENABLE TRIGGER as_recorded;
