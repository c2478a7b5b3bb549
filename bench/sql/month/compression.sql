-- Dynamic compression, top level first: the nearest active ancestor of at least each rank that opens further levels.
-- Everybody earns levels 1 and 2, a Builder level 3 too, a Leader levels 4 and 5, a Director levels 6 and 7.
-- Only members with somebody below need it: a leaf finds it at its parent.
CREATE UNLOGGED TABLE nearest (
    place integer PRIMARY KEY,
    anybody integer,
    builder integer,
    leader integer,
    director integer
);

DO $$
DECLARE
    here level;
BEGIN
    FOR here IN SELECT * FROM level WHERE depth > 0 ORDER BY depth LOOP
        INSERT INTO nearest
        SELECT tree.place,
            CASE WHEN parent.active THEN parent.place ELSE further.anybody END,
            CASE WHEN parent.active AND parent.rank >= 1 THEN parent.place ELSE further.builder END,
            CASE WHEN parent.active AND parent.rank >= 2 THEN parent.place ELSE further.leader END,
            CASE WHEN parent.active AND parent.rank >= 3 THEN parent.place ELSE further.director END
        FROM tree
        JOIN tree AS parent ON parent.place = tree.parent
        LEFT JOIN nearest AS further ON further.place = tree.parent
        WHERE tree.place BETWEEN here.first AND here.last AND tree.leads;
    END LOOP;
END
$$;
ANALYZE nearest;
