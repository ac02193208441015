-- Names are sorted and compared as people read them.

-- ---------------------------------------------------------------- the order

-- The one order of names, which lib/platform/text.ts has too (byName): capital and small letters together, letters with macrons
-- among the others, and glottal stops and apostrophes passed over, however they are typed. Before PostgreSQL 16 an ICU
-- collation takes no rules, and passes over all punctuation.
DO $$
BEGIN
  IF current_setting('server_version_num')::int >= 160000 THEN
    CREATE COLLATION names (provider = icu, locale = 'en-NZ', rules = '&[last tertiary ignorable]=‘=’=ʻ=ʼ=''''');
  ELSE
    CREATE COLLATION names (provider = icu, locale = 'en-NZ-u-ka-shifted');
  END IF;
END
$$;

-- A column that triggers look at takes no other collation.
DROP TRIGGER person_as_recorded ON "Person";
ALTER TABLE "Person" ALTER COLUMN name TYPE text COLLATE names;
CREATE CONSTRAINT TRIGGER person_as_recorded AFTER UPDATE ON "Person" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.name, OLD."endedAt") IS DISTINCT FROM (NEW.name, NEW."endedAt")) EXECUTE FUNCTION person_as_recorded();
ALTER TABLE "Agency" ALTER COLUMN name TYPE text COLLATE names, ALTER COLUMN abbreviation TYPE text COLLATE names;
ALTER TABLE "Round" ALTER COLUMN name TYPE text COLLATE names;
ALTER TABLE "Place" ALTER COLUMN name TYPE text COLLATE names;
ALTER TABLE "FocusArea" ALTER COLUMN name TYPE text COLLATE names;
ALTER TABLE "SavedView" ALTER COLUMN name TYPE text COLLATE names;
ALTER TABLE "Scenario" ALTER COLUMN name TYPE text COLLATE names;
-- The list of people is paged by it.
CREATE INDEX "Person_name_id_idx" ON "Person"(name, id);

-- ---------------------------------------------------------------- the same name

-- What two names have in common that are read alike: no case, accents, dashes, spaces, apostrophes or signs without width
-- (nameKey, lib/platform/text.ts).
CREATE FUNCTION name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN coalesce(nullif(btrim(regexp_replace(
  regexp_replace(lower(normalize(name, NFKD) COLLATE "und-x-icu"),
    '[\u0300-\u036F\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF''‘’ʻʼ]', '', 'g'),
  '[^[:alnum:]]+' COLLATE "und-x-icu", ' ', 'g')), ''), btrim(name));

-- No two rows have one name, also where two people give it at once. TG_ARGV: the column of the name, and those within which it
-- is taken once. Names that are as they were stay.
CREATE FUNCTION name_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  changed jsonb := to_jsonb(NEW);
  key text := name_key(changed ->> TG_ARGV[0]);
  same boolean;
  within text := '';
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> TG_ARGV[0] = changed ->> TG_ARGV[0] THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext(TG_TABLE_NAME || ' ' || TG_ARGV[0] || ' ' || key));
  FOR i IN 1 .. TG_NARGS - 1 LOOP
    within := within || format(' AND %I = %L', TG_ARGV[i], changed ->> TG_ARGV[i]);
  END LOOP;
  -- What was deleted gives its name back.
  EXECUTE format('SELECT EXISTS (SELECT FROM %I t WHERE id <> $1 AND name_key(%I) = $2 AND to_jsonb(t) ->> ''deletedAt'' IS NULL%s)',
    TG_TABLE_NAME, TG_ARGV[0], within)
    INTO same USING NEW.id, key;
  IF same THEN
    RAISE unique_violation USING MESSAGE = TG_TABLE_NAME || '_' || TG_ARGV[0] || '_once',
      CONSTRAINT = TG_TABLE_NAME || '_' || TG_ARGV[0] || '_once';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER name_once AFTER INSERT OR UPDATE ON "Agency" FOR EACH ROW EXECUTE FUNCTION name_once('name');
CREATE TRIGGER abbreviation_once AFTER INSERT OR UPDATE ON "Agency" FOR EACH ROW EXECUTE FUNCTION name_once('abbreviation');
CREATE TRIGGER name_once AFTER INSERT OR UPDATE ON "Round" FOR EACH ROW EXECUTE FUNCTION name_once('name');
CREATE TRIGGER name_once AFTER INSERT ON "Criterion" FOR EACH ROW EXECUTE FUNCTION name_once('name', 'roundId', 'version');
CREATE TRIGGER name_once AFTER INSERT OR UPDATE ON "SavedView" FOR EACH ROW EXECUTE FUNCTION name_once('name', 'personId');
CREATE TRIGGER name_once AFTER INSERT OR UPDATE ON "Scenario" FOR EACH ROW WHEN (NEW."deletedAt" IS NULL)
  EXECUTE FUNCTION name_once('name', 'roundId');
