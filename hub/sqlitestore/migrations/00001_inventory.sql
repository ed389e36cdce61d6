-- +goose Up
CREATE TABLE commune (
    id        TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    province  TEXT NOT NULL,
    time_zone TEXT NOT NULL
) STRICT;

CREATE TABLE village (
    commune TEXT NOT NULL REFERENCES commune,
    id      TEXT NOT NULL,
    name    TEXT NOT NULL,
    lat     REAL NOT NULL,
    lon     REAL NOT NULL,
    PRIMARY KEY (commune, id)
) STRICT;

CREATE TABLE cluster (
    commune TEXT NOT NULL REFERENCES commune,
    id      TEXT NOT NULL,
    name    TEXT NOT NULL,
    village TEXT NOT NULL,
    lat     REAL NOT NULL,
    lon     REAL NOT NULL,
    volume  INTEGER NOT NULL,
    PRIMARY KEY (commune, id),
    FOREIGN KEY (commune, village) REFERENCES village
) STRICT;

CREATE TABLE camera (
    commune  TEXT NOT NULL REFERENCES commune,
    id       TEXT NOT NULL,
    name     TEXT NOT NULL,
    village  TEXT NOT NULL,
    lat      REAL NOT NULL,
    lon      REAL NOT NULL,
    url      TEXT NOT NULL,
    username TEXT NOT NULL,
    password TEXT NOT NULL,
    PRIMARY KEY (commune, id),
    FOREIGN KEY (commune, village) REFERENCES village
) STRICT;
