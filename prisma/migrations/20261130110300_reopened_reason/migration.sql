ALTER TABLE "Decision" ADD CONSTRAINT "Decision_reopened_reason" CHECK (outcome <> 'REOPENED' OR coalesce(reason, '') <> '');
