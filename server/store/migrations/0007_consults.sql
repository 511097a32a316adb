-- A clerk in conversation asks a colleague. What is written or said in it is never stored; the row goes with the visit's end.

-- +goose Up
CREATE TABLE consults (
  authority_id TEXT NOT NULL,
  id           TEXT NOT NULL PRIMARY KEY,
  office_id    TEXT NOT NULL,
  visit_id     TEXT NOT NULL,
  asker_id     TEXT NOT NULL,
  colleague_id TEXT NOT NULL,
  state        TEXT NOT NULL,
  way          TEXT NOT NULL,
  wish         TEXT NOT NULL,
  later        BOOLEAN NOT NULL,
  note         TEXT NOT NULL,
  room         TEXT NOT NULL UNIQUE,
  asked_at     BIGINT NOT NULL,
  held_since   BIGINT NOT NULL,
  agreed_at    BIGINT NOT NULL,
  joined_at    BIGINT NOT NULL,
  FOREIGN KEY (authority_id, visit_id) REFERENCES visits (authority_id, id),
  FOREIGN KEY (authority_id, office_id) REFERENCES offices (authority_id, id),
  FOREIGN KEY (authority_id, asker_id) REFERENCES clerks (authority_id, id),
  FOREIGN KEY (authority_id, colleague_id) REFERENCES clerks (authority_id, id)
);
CREATE INDEX consults_visit ON consults (visit_id);
CREATE INDEX consults_asker ON consults (asker_id) WHERE state <> 'ended';
CREATE UNIQUE INDEX consults_one_a_visit ON consults (visit_id) WHERE state <> 'ended';
CREATE UNIQUE INDEX consults_one_a_colleague ON consults (colleague_id) WHERE state IN ('asked', 'open');
