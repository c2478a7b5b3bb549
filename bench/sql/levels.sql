-- Group volume as the engine does it, deepest level first, in one call: each member is visited once.
DO $$
DECLARE
    deepest integer;
BEGIN
    SELECT max(depth) INTO deepest FROM member;
    UPDATE member SET whole = own WHERE depth = deepest;
    FOR level IN REVERSE deepest - 1 .. 0 LOOP
        UPDATE member SET whole = own + coalesce(
            (SELECT sum(below.whole) FROM member AS below WHERE below.parent = member.id), 0)
        WHERE depth = level;
    END LOOP;
END
$$;
INSERT INTO group_volume SELECT id, whole FROM member;
