-- The trip of a walk-in: authorities, offices, desks, tickets, visits, and the anonymous records.
--
-- One file for both databases. Portable types only: TEXT (ids, days, JSON), BIGINT (instants as microseconds UTC,
-- 0 = none), INTEGER, BOOLEAN, BYTEA (SQLite keeps whatever is bound to it, so blobs stay blobs). References that may
-- be empty are NULL, so that foreign keys leave them alone. Foreign keys go over (authority_id, id): a row can't
-- refer to another authority's.

-- +goose Up
CREATE TABLE authorities (
  id        TEXT NOT NULL PRIMARY KEY,
  slug      TEXT NOT NULL UNIQUE,
  name      TEXT NOT NULL,
  phone     TEXT NOT NULL,
  email     TEXT NOT NULL,
  address   TEXT NOT NULL,
  privacy   TEXT NOT NULL,
  imprint   TEXT NOT NULL,
  statement TEXT NOT NULL,
  accent    TEXT NOT NULL,
  origins   TEXT NOT NULL,
  texts     TEXT NOT NULL
);

CREATE TABLE offices (
  authority_id     TEXT NOT NULL REFERENCES authorities (id),
  id               TEXT NOT NULL PRIMARY KEY,
  slug             TEXT NOT NULL,
  name             TEXT NOT NULL,
  about            TEXT NOT NULL,
  prefix           TEXT NOT NULL,
  position         INTEGER NOT NULL,
  hours            TEXT NOT NULL,
  phone            TEXT NOT NULL,
  email            TEXT NOT NULL,
  appointment_only BOOLEAN NOT NULL,
  lists_contacts   BOOLEAN NOT NULL,
  issuing_stopped  TEXT NOT NULL,
  in_row           INTEGER NOT NULL,
  revision         BIGINT NOT NULL,
  UNIQUE (authority_id, id),
  UNIQUE (authority_id, slug)
);

CREATE TABLE topics (
  authority_id TEXT NOT NULL,
  id           TEXT NOT NULL PRIMARY KEY,
  office_id    TEXT NOT NULL,
  name         TEXT NOT NULL,
  position     INTEGER NOT NULL,
  UNIQUE (authority_id, id),
  FOREIGN KEY (authority_id, office_id) REFERENCES offices (authority_id, id)
);

CREATE TABLE clerks (
  authority_id   TEXT NOT NULL REFERENCES authorities (id),
  id             TEXT NOT NULL PRIMARY KEY,
  email          TEXT NOT NULL,
  email_key      TEXT NOT NULL UNIQUE, -- trimmed and in lower case: lower() differs between the databases
  name           TEXT NOT NULL,
  password_hash  TEXT NOT NULL,
  contact_person BOOLEAN NOT NULL,
  UNIQUE (authority_id, id)
);

CREATE TABLE clerk_offices (
  authority_id TEXT NOT NULL,
  clerk_id     TEXT NOT NULL,
  office_id    TEXT NOT NULL,
  PRIMARY KEY (authority_id, clerk_id, office_id),
  FOREIGN KEY (authority_id, clerk_id) REFERENCES clerks (authority_id, id),
  FOREIGN KEY (authority_id, office_id) REFERENCES offices (authority_id, id)
);

CREATE TABLE sessions (
  authority_id TEXT NOT NULL,
  id           TEXT NOT NULL PRIMARY KEY,
  clerk_id     TEXT NOT NULL,
  hash         BYTEA NOT NULL UNIQUE,
  created_at   BIGINT NOT NULL,
  seen_at      BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  FOREIGN KEY (authority_id, clerk_id) REFERENCES clerks (authority_id, id)
);
CREATE INDEX sessions_expiring ON sessions (expires_at);

CREATE TABLE desks (
  authority_id TEXT NOT NULL,
  id           TEXT NOT NULL PRIMARY KEY,
  office_id    TEXT NOT NULL,
  clerk_id     TEXT NOT NULL,
  state        TEXT NOT NULL,
  paused_until BIGINT NOT NULL,
  opened_at    BIGINT NOT NULL,
  absent_at    BIGINT NOT NULL,
  seen_at      BIGINT NOT NULL,
  UNIQUE (authority_id, id),
  UNIQUE (office_id, clerk_id),
  FOREIGN KEY (authority_id, office_id) REFERENCES offices (authority_id, id),
  FOREIGN KEY (authority_id, clerk_id) REFERENCES clerks (authority_id, id)
);
CREATE INDEX desks_state ON desks (state);

-- The last number that an office issued on a day.
CREATE TABLE counters (
  authority_id TEXT NOT NULL,
  office_id    TEXT NOT NULL,
  day          TEXT NOT NULL,
  number       INTEGER NOT NULL,
  PRIMARY KEY (authority_id, office_id, day),
  FOREIGN KEY (authority_id, office_id) REFERENCES offices (authority_id, id)
);

CREATE TABLE tickets (
  authority_id      TEXT NOT NULL,
  id                TEXT NOT NULL PRIMARY KEY,
  office_id         TEXT NOT NULL,
  issuing_office_id TEXT NOT NULL,
  day               TEXT NOT NULL,
  number            INTEGER NOT NULL,
  label             TEXT NOT NULL,
  state             TEXT NOT NULL,
  place             BIGINT NOT NULL, -- civic's Rank, which is a function's name in SQL
  priority          BOOLEAN NOT NULL,
  deferred          BOOLEAN NOT NULL,
  passed            BOOLEAN NOT NULL,
  returned          BOOLEAN NOT NULL,
  calls             INTEGER NOT NULL,
  topic_id          TEXT,
  name              TEXT NOT NULL,
  lang              TEXT NOT NULL,
  text_only         BOOLEAN NOT NULL,
  camera            TEXT NOT NULL,
  microphone        TEXT NOT NULL,
  desk_id           TEXT,
  clerk_id          TEXT,
  outcome           TEXT NOT NULL,
  drawn_at          BIGINT NOT NULL,
  arrived_at        BIGINT NOT NULL,
  called_at         BIGINT NOT NULL,
  deadline          BIGINT NOT NULL,
  served_at         BIGINT NOT NULL,
  ended_at          BIGINT NOT NULL,
  seen_at           BIGINT NOT NULL,
  idempotency_hash  BYTEA UNIQUE,
  UNIQUE (authority_id, id),
  UNIQUE (issuing_office_id, day, number),
  FOREIGN KEY (authority_id, office_id) REFERENCES offices (authority_id, id),
  FOREIGN KEY (authority_id, issuing_office_id) REFERENCES offices (authority_id, id),
  FOREIGN KEY (authority_id, topic_id) REFERENCES topics (authority_id, id),
  FOREIGN KEY (authority_id, desk_id) REFERENCES desks (authority_id, id),
  FOREIGN KEY (authority_id, clerk_id) REFERENCES clerks (authority_id, id)
);
CREATE INDEX tickets_queue ON tickets (authority_id, office_id, state, place);
CREATE INDEX tickets_called ON tickets (deadline) WHERE state = 'called';
CREATE INDEX tickets_unfinished ON tickets (day) WHERE state IN ('waiting', 'called', 'parked', 'missed');
CREATE INDEX tickets_ended ON tickets (ended_at) WHERE ended_at > 0;
-- DESIGN section 4, invariant 3, held by the database even if the code above it errs.
CREATE UNIQUE INDEX tickets_one_a_clerk ON tickets (clerk_id) WHERE state IN ('called', 'serving');
CREATE UNIQUE INDEX tickets_one_a_desk ON tickets (desk_id) WHERE state IN ('called', 'serving');

-- The secrets that open a ticket: one for each window that has taken it over, in the order of added.
CREATE TABLE ticket_secrets (
  authority_id TEXT NOT NULL,
  hash         BYTEA NOT NULL PRIMARY KEY,
  ticket_id    TEXT NOT NULL,
  added        INTEGER NOT NULL,
  FOREIGN KEY (authority_id, ticket_id) REFERENCES tickets (authority_id, id)
);
CREATE INDEX ticket_secrets_ticket ON ticket_secrets (ticket_id, added);

CREATE TABLE resume_codes (
  authority_id TEXT NOT NULL,
  hash         BYTEA NOT NULL PRIMARY KEY,
  ticket_id    TEXT NOT NULL,
  expires_at   BIGINT NOT NULL,
  FOREIGN KEY (authority_id, ticket_id) REFERENCES tickets (authority_id, id)
);
CREATE INDEX resume_codes_ticket ON resume_codes (ticket_id);
CREATE INDEX resume_codes_expiring ON resume_codes (expires_at);

CREATE TABLE visits (
  authority_id TEXT NOT NULL,
  id           TEXT NOT NULL PRIMARY KEY,
  office_id    TEXT NOT NULL,
  ticket_id    TEXT NOT NULL,
  desk_id      TEXT NOT NULL,
  clerk_id     TEXT NOT NULL,
  kind         TEXT NOT NULL,
  state        TEXT NOT NULL,
  room         TEXT NOT NULL UNIQUE,
  outcome      TEXT NOT NULL,
  called_at    BIGINT NOT NULL,
  entered_at   BIGINT NOT NULL,
  deadline     BIGINT NOT NULL,
  ended_at     BIGINT NOT NULL,
  UNIQUE (authority_id, id),
  FOREIGN KEY (authority_id, office_id) REFERENCES offices (authority_id, id),
  FOREIGN KEY (authority_id, ticket_id) REFERENCES tickets (authority_id, id),
  FOREIGN KEY (authority_id, desk_id) REFERENCES desks (authority_id, id),
  FOREIGN KEY (authority_id, clerk_id) REFERENCES clerks (authority_id, id)
);
CREATE INDEX visits_ticket ON visits (ticket_id);
CREATE INDEX visits_interrupted ON visits (deadline) WHERE state = 'interrupted';
CREATE INDEX visits_running ON visits (called_at) WHERE state <> 'ended';
CREATE UNIQUE INDEX visits_one_a_ticket ON visits (ticket_id) WHERE state <> 'ended';

CREATE TABLE grants (
  authority_id TEXT NOT NULL,
  hash         BYTEA NOT NULL PRIMARY KEY,
  visit_id     TEXT NOT NULL,
  side         TEXT NOT NULL,
  participant  TEXT NOT NULL,
  name         TEXT NOT NULL,
  expires_at   BIGINT NOT NULL,
  FOREIGN KEY (authority_id, visit_id) REFERENCES visits (authority_id, id)
);
CREATE INDEX grants_visit ON grants (visit_id);
CREATE INDEX grants_expiring ON grants (expires_at);

-- The anonymous records: no citizen, no ticket, no clerk. Their ids are random, and the hour is the finest time, so
-- that not even their order tells who came when.
CREATE TABLE ticket_records (
  authority_id TEXT NOT NULL,
  id           TEXT NOT NULL PRIMARY KEY,
  office_id    TEXT NOT NULL,
  topic_id     TEXT NOT NULL,
  day          TEXT NOT NULL,
  hour         INTEGER NOT NULL,
  weekday      INTEGER NOT NULL,
  outcome      TEXT NOT NULL,
  wait_seconds INTEGER NOT NULL,
  calls        INTEGER NOT NULL,
  FOREIGN KEY (authority_id, office_id) REFERENCES offices (authority_id, id)
);
CREATE INDEX ticket_records_day ON ticket_records (authority_id, office_id, day, hour);

CREATE TABLE visit_records (
  authority_id TEXT NOT NULL,
  id           TEXT NOT NULL PRIMARY KEY,
  office_id    TEXT NOT NULL,
  topic_id     TEXT NOT NULL,
  day          TEXT NOT NULL,
  hour         INTEGER NOT NULL,
  weekday      INTEGER NOT NULL,
  outcome      TEXT NOT NULL,
  seconds      INTEGER NOT NULL,
  participants INTEGER NOT NULL,
  FOREIGN KEY (authority_id, office_id) REFERENCES offices (authority_id, id)
);
CREATE INDEX visit_records_day ON visit_records (authority_id, office_id, day, hour, id);

CREATE TABLE desk_records (
  authority_id TEXT NOT NULL,
  id           TEXT NOT NULL PRIMARY KEY,
  office_id    TEXT NOT NULL,
  day          TEXT NOT NULL,
  seconds      INTEGER NOT NULL,
  FOREIGN KEY (authority_id, office_id) REFERENCES offices (authority_id, id)
);
CREATE INDEX desk_records_day ON desk_records (authority_id, office_id, day);

-- One row that Ready writes: a full disk shows only in a real write.
CREATE TABLE probe (
  id    INTEGER NOT NULL PRIMARY KEY,
  beats BIGINT NOT NULL
);
