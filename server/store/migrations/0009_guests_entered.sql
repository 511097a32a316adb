-- When a guest first came into the conversation: for how many took part, and for what the citizen may know of it.

-- +goose Up
ALTER TABLE guests ADD COLUMN entered_at BIGINT NOT NULL DEFAULT 0;
