-- What a rule looks for among the rows of its transaction is not hidden from it in a savepoint: such a row has an id of its own.
CREATE FUNCTION in_whole_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  is_whole boolean;
BEGIN
  EXECUTE format('SELECT xmin = pg_current_xact_id()::xid FROM %I WHERE id = $1', TG_TABLE_NAME) INTO is_whole USING NEW.id;
  IF NOT is_whole THEN
    PERFORM refuse_change(TG_TABLE_NAME || '_in_whole_step');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER in_whole_step AFTER INSERT ON "Decision" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION in_whole_step();
CREATE CONSTRAINT TRIGGER in_whole_step AFTER INSERT ON "PaymentLine" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION in_whole_step();
CREATE CONSTRAINT TRIGGER in_whole_step AFTER INSERT ON "Recovery" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION in_whole_step();
