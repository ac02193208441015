-- The desk takes down an interest for somebody who has left, or is not asked any more.
ALTER TABLE "LaterInterest" ADD COLUMN "notedById" UUID;
ALTER TABLE "LaterInterest" ADD CONSTRAINT "LaterInterest_noted" CHECK ("notedById" <> "personId");
