-- What an office needs every day: calendars, messages, roles and logins, settings, the audit log.
--
-- Types as in 0001. Lists and small structures are JSON in TEXT; 'null' is none.

-- +goose Up
ALTER TABLE authorities ADD COLUMN languages TEXT NOT NULL DEFAULT 'null';
ALTER TABLE authorities ADD COLUMN holidays TEXT NOT NULL DEFAULT 'null';
ALTER TABLE authorities ADD COLUMN closures TEXT NOT NULL DEFAULT 'null';
ALTER TABLE authorities ADD COLUMN published BOOLEAN NOT NULL DEFAULT TRUE; -- those that exist are in use
ALTER TABLE authorities ADD COLUMN privacy_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE authorities ADD COLUMN privacy_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE authorities ADD COLUMN second_factor BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE authorities ADD COLUMN clerk_statistics BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE authorities ADD COLUMN retention TEXT NOT NULL DEFAULT 'null';
ALTER TABLE authorities ADD COLUMN sso TEXT NOT NULL DEFAULT 'null';
ALTER TABLE authorities ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;

-- An authority's logo, apart from its row, which every view reads.
CREATE TABLE logos (
  authority_id TEXT NOT NULL PRIMARY KEY REFERENCES authorities (id),
  type         TEXT NOT NULL,
  data         BYTEA NOT NULL,
  changed_at   BIGINT NOT NULL
);

ALTER TABLE offices ADD COLUMN closures TEXT NOT NULL DEFAULT 'null';
ALTER TABLE offices ADD COLUMN openings TEXT NOT NULL DEFAULT 'null';
ALTER TABLE offices ADD COLUMN day_limit INTEGER NOT NULL DEFAULT 0;
ALTER TABLE offices ADD COLUMN stops_when_full BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE offices ADD COLUMN max_calls INTEGER NOT NULL DEFAULT 0;
ALTER TABLE offices ADD COLUMN call_seconds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE offices ADD COLUMN message TEXT NOT NULL DEFAULT '';
ALTER TABLE offices ADD COLUMN message_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE offices ADD COLUMN retired BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE topics ADD COLUMN retired BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE tickets ADD COLUMN wants_clerk_id TEXT;
ALTER TABLE tickets ADD COLUMN interpreter TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN away BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE tickets ADD COLUMN from_office_id TEXT;
ALTER TABLE tickets ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- A code that moves the ticket to another device ends all other secrets of it.
ALTER TABLE resume_codes ADD COLUMN moves BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE clerks ADD COLUMN role TEXT NOT NULL DEFAULT 'clerk';
ALTER TABLE clerks ADD COLUMN disabled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE clerks ADD COLUMN totp_secret TEXT NOT NULL DEFAULT '';
ALTER TABLE clerks ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE clerks ADD COLUMN sso_subject TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX clerks_sso ON clerks (authority_id, sso_subject) WHERE sso_subject <> '';

CREATE TABLE passkeys (
  authority_id TEXT NOT NULL,
  id           BYTEA NOT NULL PRIMARY KEY, -- the credential's
  clerk_id     TEXT NOT NULL,
  name         TEXT NOT NULL,
  credential   TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  used_at      BIGINT NOT NULL,
  FOREIGN KEY (authority_id, clerk_id) REFERENCES clerks (authority_id, id)
);
CREATE INDEX passkeys_clerk ON passkeys (clerk_id);

ALTER TABLE sessions ADD COLUMN stage TEXT NOT NULL DEFAULT 'full';
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN challenge TEXT NOT NULL DEFAULT ''; -- of a passkey ceremony under way
CREATE INDEX sessions_clerk ON sessions (clerk_id);

-- One-time tokens sent by e-mail: an invitation, or a password forgotten.
CREATE TABLE account_tokens (
  authority_id TEXT NOT NULL,
  hash         BYTEA NOT NULL PRIMARY KEY,
  clerk_id     TEXT NOT NULL,
  kind         TEXT NOT NULL,
  expires_at   BIGINT NOT NULL,
  FOREIGN KEY (authority_id, clerk_id) REFERENCES clerks (authority_id, id)
);
CREATE INDEX account_tokens_clerk ON account_tokens (clerk_id);
CREATE INDEX account_tokens_expiring ON account_tokens (expires_at);

-- The one-time token of the first administrator, as long as there is none.
CREATE TABLE setup_tokens (
  hash       BYTEA NOT NULL PRIMARY KEY,
  expires_at BIGINT NOT NULL
);

-- Single sign-on under way.
CREATE TABLE sso_logins (
  authority_id TEXT NOT NULL REFERENCES authorities (id),
  hash         BYTEA NOT NULL PRIMARY KEY, -- of the state
  nonce        TEXT NOT NULL,
  verifier     TEXT NOT NULL,
  expires_at   BIGINT NOT NULL
);
CREATE INDEX sso_logins_expiring ON sso_logins (expires_at);

-- Who did what, without contents. No foreign keys: the log outlives what it speaks of.
CREATE TABLE audit (
  authority_id TEXT NOT NULL,
  id           TEXT NOT NULL PRIMARY KEY,
  at           BIGINT NOT NULL,
  clerk_id     TEXT NOT NULL,
  act          TEXT NOT NULL,
  office_id    TEXT NOT NULL,
  subject      TEXT NOT NULL,
  detail       TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (authority_id, at, id);
CREATE INDEX audit_old ON audit (at);

ALTER TABLE visit_records ADD COLUMN clerk_id TEXT NOT NULL DEFAULT ''; -- only where the authority allows it
