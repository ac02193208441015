-- The portal also names somebody else where whoever looked after an application declares an interest in it at first.
CREATE OR REPLACE FUNCTION handed_over_as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "AuditEvent" e WHERE e."applicationId" = NEW."applicationId" AND e.xmin = pg_current_xact_id()::xid
    AND CASE WHEN NEW."byId" IS NULL THEN e."toState" = 'SUBMITTED' OR e.event IN ('interest.declared', 'interest.learned')
      ELSE e.event = 'application.handedOver' AND e."actorId" = NEW."byId" AND e.data ->> 'to' = NEW."personId"::text
        AND holds(NEW."byId", 'DESK', 'ADMINISTRATOR') END) THEN
    PERFORM refuse_change('DeskOfficer_as_recorded');
  END IF;
  RETURN NULL;
END
$$;
