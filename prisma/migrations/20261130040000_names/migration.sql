-- What a person was called on a day is read from the events of their changes.
CREATE INDEX "AuditEvent_person_changed" ON "AuditEvent" (subject, id) WHERE event = 'person.changed';
