-- +goose Up

-- By how many milliseconds a cluster sounds later (or, below zero, earlier) than
-- the others, for the distance that sound travels.
ALTER TABLE cluster ADD COLUMN offset_ms INTEGER NOT NULL DEFAULT 0;
