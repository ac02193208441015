-- Letters have a letterhead, an addressee and who signs them, so their texts need not end with the desk; an offer says in parts
-- what is paid when, on which conditions and which reports are due. Where the text is still the one that the portal began with, the
-- new one is its next version; a text that the desk has written stays.
ALTER TABLE "LetterTemplate" DISABLE TRIGGER as_recorded;
INSERT INTO "LetterTemplate" (id, kind, number, subject, body)
SELECT gen_random_uuid(), t.kind, newest.number + 1, t.subject, t.body
FROM (VALUES
  ('OFFER'::"LetterKind", $t$Pacific Security Fund: offer of funding for {{reference}}, {{title}}$t$, $t${{message}}

The Ministry of Foreign Affairs and Trade offers {{agency}} {{amount}}, GST exclusive, for this initiative. The offer is for the work in your signed-off application.

# Payments

{{payments}}

Claim the cost of the work in the portal, with an invoice for each claim. A claim covers work in one financial year. We pay after we have confirmed the work and approved the claim.

# Conditions

{{conditions}}

# Reports

{{reports}}

These dates apply if you accept today. If you accept later, some of them may be later. The portal shows the final dates once you have accepted, and reminds you of each report.

After the final report, your certifier submits a final account of spending. Any money you do not spend stays with the fund or comes back to it.

# How to accept

A certifier of your agency can accept or decline the offer in the portal until {{deadline}}. After that it lapses. The funding arrangement starts when you accept.

If you have a question, email the fund desk at psf@mfat.govt.nz.$t$),
  ('DECLINE'::"LetterKind", $t$Pacific Security Fund: decision on {{reference}}, {{title}}$t$, $t$Thank you for your application to the Pacific Security Fund.

The Ministry of Foreign Affairs and Trade has decided not to fund this initiative.

{{decision}}

You can copy your answers to a new application. If you have a question about the decision, email the fund desk at psf@mfat.govt.nz.$t$),
  ('INELIGIBLE'::"LetterKind", $t$Pacific Security Fund: {{reference}}, {{title}}, is not eligible$t$, $t$Thank you for your application to the Pacific Security Fund.

The fund cannot help with this initiative, so the application was not assessed.

{{reason}}

You can copy your answers to a new application. If you have a question, email the fund desk at psf@mfat.govt.nz.$t$),
  ('CORRECTION'::"LetterKind", $t$Pacific Security Fund: correction of our decision on {{reference}}, {{title}}$t$, $t$We told you that the Ministry of Foreign Affairs and Trade had decided not to fund this initiative. That letter no longer applies.

{{correction}}

We are deciding on your application again and will tell you the outcome. You do not need to do anything. If you have a question, email the fund desk at psf@mfat.govt.nz.$t$)
) AS t (kind, subject, body)
JOIN LATERAL (SELECT l.number, l."savedById" FROM "LetterTemplate" l WHERE l.kind = t.kind ORDER BY l.number DESC LIMIT 1) newest
  ON newest."savedById" IS NULL;
ALTER TABLE "LetterTemplate" ENABLE TRIGGER as_recorded;
