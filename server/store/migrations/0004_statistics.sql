-- Statistics: whole years are read from the indexes alone, and clerks' ids are found when the switch goes off.

-- +goose Up
CREATE INDEX ticket_records_span ON ticket_records (authority_id, office_id, day, hour, weekday, topic_id, outcome, wait_seconds);
DROP INDEX ticket_records_day; -- the new one begins like it
CREATE INDEX visit_records_span ON visit_records (authority_id, office_id, day, hour, weekday, topic_id, seconds, participants);
CREATE INDEX visit_records_clerk ON visit_records (authority_id, clerk_id) WHERE clerk_id <> '';
