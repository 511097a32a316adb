-- A ticket that has moved to another device: the secrets from before stay until the ticket is deleted, so that whoever
-- comes with one is told where it went. They open nothing.

-- +goose Up
ALTER TABLE ticket_secrets ADD COLUMN moved BOOLEAN NOT NULL DEFAULT FALSE;
