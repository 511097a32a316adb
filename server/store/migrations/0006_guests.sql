-- Guests of a visit: whom a clerk has invited by a link. Of the link's token only the hash is kept; no mail address.

-- +goose Up
CREATE TABLE guests (
  authority_id TEXT NOT NULL,
  id           TEXT NOT NULL PRIMARY KEY,
  visit_id     TEXT NOT NULL,
  hash         BYTEA NOT NULL UNIQUE,
  kind         TEXT NOT NULL,
  name         TEXT NOT NULL,
  state        TEXT NOT NULL,
  invited_by   TEXT NOT NULL,
  muted        BOOLEAN NOT NULL,
  hidden       BOOLEAN NOT NULL,
  invited_at   BIGINT NOT NULL,
  knocked_at   BIGINT NOT NULL,
  answered_at  BIGINT NOT NULL,
  UNIQUE (authority_id, id),
  FOREIGN KEY (authority_id, visit_id) REFERENCES visits (authority_id, id),
  FOREIGN KEY (authority_id, invited_by) REFERENCES clerks (authority_id, id)
);
CREATE INDEX guests_visit ON guests (visit_id);

ALTER TABLE visits ADD COLUMN locked BOOLEAN NOT NULL DEFAULT FALSE;
