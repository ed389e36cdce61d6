-- +goose Up

-- body is what the commune has settled, as JSON, as the API shows it.
CREATE TABLE rules (
    commune TEXT PRIMARY KEY,
    body    TEXT NOT NULL
) STRICT;

-- Commands to a device that belong to no announcement (announcement = '') tell
-- who gave them; a self-test tells what was measured (JSON), and whether it is
-- what later ones are compared with.
ALTER TABLE command ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE command ADD COLUMN measured TEXT NOT NULL DEFAULT '';
ALTER TABLE command ADD COLUMN reference INTEGER NOT NULL DEFAULT 0;
CREATE INDEX command_by_cluster ON command (commune, cluster, issued_at);
