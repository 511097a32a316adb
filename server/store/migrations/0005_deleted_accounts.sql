-- An account that was deleted: its row stays, for desks, visits and records point at it, and holds nothing of the person.

-- +goose Up
ALTER TABLE clerks ADD COLUMN deleted BOOLEAN NOT NULL DEFAULT FALSE;
