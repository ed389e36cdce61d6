-- +goose Up

-- What stood in the commune since an instant (Unix milliseconds), so that what is
-- told of a past month names places as they were called then. body is JSON:
-- villages and clusters with their names.
CREATE TABLE standing (
    commune TEXT NOT NULL,
    at      INTEGER NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (commune, at)
) STRICT;

INSERT INTO standing (commune, at, body)
SELECT c.id, 0, json_object(
    'villages', (SELECT json_group_array(json_object('id', v.id, 'name', v.name)) FROM village v WHERE v.commune = c.id),
    'clusters', (SELECT json_group_array(json_object('id', l.id, 'name', l.name, 'village', l.village)) FROM cluster l WHERE l.commune = c.id))
FROM commune c;
