-- +goose Up

-- The newest entry of each journal, noted in the step that added it: a journal
-- that ends before it was cut off.
CREATE TABLE journal_head (
    commune TEXT PRIMARY KEY,
    seq     INTEGER NOT NULL,
    hash    TEXT NOT NULL
) STRICT;

INSERT INTO journal_head (commune, seq, hash)
SELECT commune, seq, hash FROM journal j
WHERE seq = (SELECT max(seq) FROM journal n WHERE n.commune = j.commune);

-- +goose StatementBegin
CREATE TRIGGER journal_note_head AFTER INSERT ON journal BEGIN
    INSERT INTO journal_head (commune, seq, hash) VALUES (NEW.commune, NEW.seq, NEW.hash)
    ON CONFLICT (commune) DO UPDATE SET seq = excluded.seq, hash = excluded.hash;
END;
-- +goose StatementEnd

-- Since when a cluster has its volume: plays before and after a change cannot be
-- compared by level. at is in Unix milliseconds.
CREATE TABLE cluster_volume (
    commune TEXT NOT NULL,
    cluster TEXT NOT NULL,
    at      INTEGER NOT NULL,
    volume  INTEGER NOT NULL,
    PRIMARY KEY (commune, cluster, at)
) STRICT;

INSERT INTO cluster_volume (commune, cluster, at, volume) SELECT commune, id, 0, volume FROM cluster;

-- +goose StatementBegin
CREATE TRIGGER cluster_note_volume AFTER INSERT ON cluster
WHEN NEW.volume IS NOT (SELECT volume FROM cluster_volume v WHERE v.commune = NEW.commune AND v.cluster = NEW.id ORDER BY at DESC LIMIT 1)
BEGIN
    INSERT INTO cluster_volume (commune, cluster, at, volume) VALUES (NEW.commune, NEW.id, CAST(unixepoch('subsec') * 1000 AS INTEGER), NEW.volume)
    ON CONFLICT (commune, cluster, at) DO UPDATE SET volume = excluded.volume;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER cluster_note_new_volume AFTER UPDATE OF volume ON cluster WHEN NEW.volume <> OLD.volume BEGIN
    INSERT INTO cluster_volume (commune, cluster, at, volume) VALUES (NEW.commune, NEW.id, CAST(unixepoch('subsec') * 1000 AS INTEGER), NEW.volume)
    ON CONFLICT (commune, cluster, at) DO UPDATE SET volume = excluded.volume;
END;
-- +goose StatementEnd
