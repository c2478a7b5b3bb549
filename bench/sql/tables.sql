-- The tree that the engine froze, with the same personal volumes; depth and both indexes are given to it ready-made.
DROP TABLE IF EXISTS member, group_volume;
CREATE UNLOGGED TABLE member (
    id integer PRIMARY KEY,
    parent integer,
    depth integer NOT NULL,
    own bigint NOT NULL,
    whole bigint
);
CREATE UNLOGGED TABLE group_volume (id integer NOT NULL, volume bigint NOT NULL);
