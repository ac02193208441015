-- A form that writes a whole record says which revision of it its page showed; what was written since is told, and not undone.
ALTER TABLE "Agency" ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "Person" ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "SavedView" ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 1;

-- Every change counts, whoever makes it.
CREATE FUNCTION next_revision() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.revision := OLD.revision + 1;
  RETURN NEW;
END
$$;
CREATE TRIGGER next_revision BEFORE UPDATE ON "Agency" FOR EACH ROW EXECUTE FUNCTION next_revision();
CREATE TRIGGER next_revision BEFORE UPDATE ON "Person" FOR EACH ROW EXECUTE FUNCTION next_revision();
CREATE TRIGGER next_revision BEFORE UPDATE ON "Round" FOR EACH ROW EXECUTE FUNCTION next_revision();
CREATE TRIGGER next_revision BEFORE UPDATE ON "SavedView" FOR EACH ROW EXECUTE FUNCTION next_revision();

-- Roles, delegation, deputies and ties are on a person's page too. TG_ARGV: the column that says whose they are.
CREATE FUNCTION counts_for_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE "Person" SET revision = revision WHERE id = (coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> TG_ARGV[0])::uuid;
  RETURN NULL;
END
$$;
CREATE TRIGGER counts_for_person AFTER INSERT OR DELETE ON "PersonRole" FOR EACH ROW EXECUTE FUNCTION counts_for_person('personId');
CREATE TRIGGER counts_for_person AFTER INSERT OR DELETE ON "AdviserPlace" FOR EACH ROW EXECUTE FUNCTION counts_for_person('personId');
CREATE TRIGGER counts_for_person AFTER INSERT OR UPDATE OR DELETE ON "Delegation" FOR EACH ROW EXECUTE FUNCTION counts_for_person('personId');
CREATE TRIGGER counts_for_person AFTER INSERT OR UPDATE ON "Deputy" FOR EACH ROW EXECUTE FUNCTION counts_for_person('approverId');

-- What was written over a record since a page was made.
CREATE INDEX "AuditEvent_written_over" ON "AuditEvent" (subject, id) WHERE data ? 'revision';
