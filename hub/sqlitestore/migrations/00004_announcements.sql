-- +goose Up

-- body is the announcement as JSON, as the API shows it.
CREATE TABLE announcement (
    commune    TEXT NOT NULL,
    id         TEXT NOT NULL,
    state      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (commune, id)
) STRICT;
CREATE INDEX announcement_by_time ON announcement (commune, created_at);
CREATE INDEX announcement_by_state ON announcement (commune, state, created_at);

-- body is the command as JSON, as the device gets it. outcome is empty until
-- the device has answered or the hub has given up.
CREATE TABLE command (
    commune      TEXT NOT NULL,
    id           TEXT NOT NULL,
    cluster      TEXT NOT NULL,
    announcement TEXT NOT NULL,
    issued_at    INTEGER NOT NULL,
    outcome      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    outcome_at   INTEGER,
    body         TEXT NOT NULL,
    PRIMARY KEY (commune, id)
) STRICT;
CREATE INDEX command_by_announcement ON command (commune, announcement);
CREATE INDEX command_by_time ON command (commune, issued_at);
CREATE INDEX command_open ON command (commune) WHERE outcome = '';

CREATE TABLE journal (
    commune      TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    cluster      TEXT NOT NULL,
    play         TEXT NOT NULL,
    occurrence   TEXT NOT NULL,
    announcement TEXT NOT NULL,
    title        TEXT NOT NULL,
    planned_at   INTEGER NOT NULL,
    started_at   INTEGER,
    ended_at     INTEGER NOT NULL,
    result       TEXT NOT NULL,
    reason       TEXT NOT NULL,
    level_dbfs   REAL,
    current_a    REAL,
    recorded_at  INTEGER NOT NULL,
    prev_hash    TEXT NOT NULL,
    hash         TEXT NOT NULL,
    PRIMARY KEY (commune, seq),
    UNIQUE (commune, cluster, play)
) STRICT;
CREATE INDEX journal_newest ON journal (commune, occurrence, cluster, seq);
CREATE INDEX journal_by_time ON journal (commune, planned_at);
CREATE INDEX journal_by_announcement ON journal (commune, announcement, planned_at);

-- The journal is a record: not even a mistake in the hub may change it.
-- +goose StatementBegin
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;
-- +goose StatementEnd
