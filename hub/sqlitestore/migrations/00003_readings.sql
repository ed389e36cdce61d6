-- +goose Up
CREATE TABLE reading_series (
    id      INTEGER PRIMARY KEY,
    commune TEXT NOT NULL,
    device  TEXT NOT NULL,
    metric  TEXT NOT NULL,
    UNIQUE (commune, device, metric)
) STRICT;

-- Readings lie together by series and time, which makes history a scan of
-- neighbours and the identity free of a second index. No foreign key: it would
-- be looked up for every reading.
CREATE TABLE reading (
    series INTEGER NOT NULL,
    at     INTEGER NOT NULL, -- Unix milliseconds
    value  REAL NOT NULL,
    PRIMARY KEY (series, at)
) STRICT, WITHOUT ROWID;

-- The readings that a sink has yet to get, in the order they were stored: one
-- row for each transaction. Readings are numbered as they come; seq is the number
-- of the last one in data.
CREATE TABLE reading_queue (
    seq  INTEGER PRIMARY KEY,
    data BLOB NOT NULL
) STRICT;

-- Where each sink stands. A new sink first gets all readings that are there, by
-- series and time (fill), while what comes in meanwhile goes to the queue.
CREATE TABLE reading_sink (
    name        TEXT PRIMARY KEY,
    cursor      INTEGER NOT NULL, -- the number of the last queued reading it is done with
    rejected    INTEGER NOT NULL,
    filling     INTEGER NOT NULL, -- 1 while it gets what was there before
    fill_series INTEGER NOT NULL,
    fill_at     INTEGER NOT NULL,
    fill_left   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Readings that a sink refused for good.
CREATE TABLE reading_rejected (
    sink        TEXT NOT NULL,
    series      INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    value       REAL NOT NULL,
    reason      TEXT NOT NULL,
    rejected_at INTEGER NOT NULL,
    PRIMARY KEY (sink, series, at)
) STRICT, WITHOUT ROWID;
