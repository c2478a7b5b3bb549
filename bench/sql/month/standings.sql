-- Everybody enrolled by the period's last day, with the volumes of the period's orders, activity, and a place in the
-- main tree as of that day. Places are numbered level by level, so that a level is one range of the primary key.
DROP TABLE IF EXISTS ordered, enrolled, tree, level, nearest, line, offered, share CASCADE;

CREATE UNLOGGED TABLE ordered AS
SELECT member, count(*)::integer AS orders, sum(qualifying_volume)::bigint AS personal_volume,
    sum(commissionable_volume)::bigint AS commissionable_volume,
    coalesce(sum(commissionable_volume) FILTER (WHERE customer IS NOT NULL), 0)::bigint AS customer_volume
FROM orders
WHERE ordered_at >= %(starts)s AND ordered_at < %(ends)s
GROUP BY member;
ANALYZE ordered;

-- A waived floor makes an active account active. Somebody exempt has that too, and keeps the rank of the month before.
CREATE UNLOGGED TABLE enrolled AS
WITH granted AS (
    SELECT member, bool_or(kind IN ('active', 'exempt')) AS waived, bool_or(kind = 'exempt') AS exempt,
        (array_agg(rank_name.rank ORDER BY first_day DESC) FILTER (WHERE kind = 'rank'))[1] AS forced_rank
    FROM override LEFT JOIN rank_name ON rank_name.name = override.value
    WHERE first_day <= %(last_day)s AND (last_day IS NULL OR last_day >= %(first_day)s)
    GROUP BY member
), earlier AS (
    SELECT member, lifetime_rank, kept_rank FROM standing
    WHERE run = %(previous)s AND (lifetime_rank > 0 OR kept_rank > 0)
), placed AS (
    SELECT edge.member, edge.parent, edge.leg
    FROM edge JOIN member AS above ON above.member = edge.parent
    WHERE edge.tree = (SELECT main_tree FROM company) AND above.enrolled_on <= %(last_day)s
        AND edge.since <= %(last_day)s AND (edge.until IS NULL OR edge.until > %(last_day)s)
)
SELECT member.member, placed.parent, placed.leg, member.status, coalesce(orders, 0) AS orders,
    coalesce(personal_volume, 0) AS personal_volume, coalesce(commissionable_volume, 0) AS commissionable_volume,
    coalesce(customer_volume, 0) AS customer_volume,
    status = 'active' AND (coalesce(personal_volume, 0) >= 6000 OR coalesce(waived, false)) AS active,
    forced_rank, CASE WHEN exempt THEN coalesce(kept_rank, 0) ELSE 0 END::smallint AS excused_rank,
    coalesce(lifetime_rank, 0)::smallint AS earlier_lifetime
FROM member
LEFT JOIN placed USING (member)
LEFT JOIN ordered USING (member)
LEFT JOIN granted USING (member)
LEFT JOIN earlier USING (member)
WHERE member.enrolled_on <= %(last_day)s;
CREATE INDEX ON enrolled (parent);
ANALYZE enrolled;

-- What climbs is narrow, and a level's update finds room on its page: half of it stays free.
-- A leaf is done when it has its place: own volume is its group's, and own volume alone may make it a Builder.
CREATE UNLOGGED TABLE tree (
    place integer PRIMARY KEY,
    parent integer,
    depth integer NOT NULL,
    member integer NOT NULL,
    active boolean NOT NULL,
    leads boolean NOT NULL DEFAULT false,  -- whether anybody is below
    personal_volume bigint NOT NULL,
    group_volume bigint NOT NULL,
    qualified_rank smallint NOT NULL,
    best_rank smallint NOT NULL,           -- in the whole group
    excused_rank smallint NOT NULL,
    forced_rank smallint,
    rank smallint NOT NULL GENERATED ALWAYS AS (coalesce(forced_rank, greatest(qualified_rank, excused_rank))) STORED
) WITH (fillfactor = 50);
CREATE UNLOGGED TABLE level (depth integer PRIMARY KEY, first integer NOT NULL, last integer NOT NULL);

DO $$
DECLARE
    d integer := 0;
    f integer := 1;
    l integer;
    n integer;
BEGIN
    INSERT INTO tree
    SELECT row_number() OVER (), NULL, 0, member, active, false, personal_volume, personal_volume,
        rank_of(active, personal_volume, 0, 0, 0, 0, 0), rank_of(active, personal_volume, 0, 0, 0, 0, 0),
        excused_rank, forced_rank
    FROM enrolled WHERE parent IS NULL;
    GET DIAGNOSTICS n = ROW_COUNT;
    WHILE n > 0 LOOP
        l := f + n - 1;
        INSERT INTO level VALUES (d, f, l);
        INSERT INTO tree
        SELECT l + row_number() OVER (), above.place, d + 1, below.member, below.active, false,
            below.personal_volume, below.personal_volume,
            rank_of(below.active, below.personal_volume, 0, 0, 0, 0, 0),
            rank_of(below.active, below.personal_volume, 0, 0, 0, 0, 0),
            below.excused_rank, below.forced_rank
        FROM tree AS above JOIN enrolled AS below ON below.parent = above.member
        WHERE above.place BETWEEN f AND l;
        GET DIAGNOSTICS n = ROW_COUNT;
        d := d + 1;
        f := l + 1;
    END LOOP;
END
$$;
ANALYZE tree;
ANALYZE level;
