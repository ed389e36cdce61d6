-- +goose Up

-- body is the programme as JSON, as the API shows it.
CREATE TABLE programme (
    commune    TEXT NOT NULL,
    id         TEXT NOT NULL,
    state      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (commune, id)
) STRICT;
CREATE INDEX programme_by_time ON programme (commune, created_at);
