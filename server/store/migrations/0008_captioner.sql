-- Who may write captions into a visit: of the token, which a clerk hands to the operator's speech-to-text server, the hash.
-- It ends with the visit and goes with its row. What is said or written is never stored.

-- +goose Up
ALTER TABLE visits ADD COLUMN captioner BYTEA;
CREATE UNIQUE INDEX visits_captioner ON visits (captioner) WHERE captioner IS NOT NULL;
