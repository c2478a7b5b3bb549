-- Group volume and qualified rank, deepest level first, one statement a level: each leg is read once, by its parent.
-- One plan for all levels: a deep company has a hundred thousand of them, most of one member.
SET LOCAL plan_cache_mode = force_generic_plan;
DO $$
DECLARE
    below level;
BEGIN
    FOR below IN SELECT * FROM level WHERE depth > 0 ORDER BY depth DESC LOOP
        UPDATE tree SET
            leads = true,
            group_volume = personal_volume + legs.volume,
            qualified_rank = rank_of(active, personal_volume, volume, for_leader, for_director, builders, leaders),
            best_rank = greatest(
                best, rank_of(active, personal_volume, volume, for_leader, for_director, builders, leaders))
        FROM (
            SELECT parent, sum(group_volume)::bigint AS volume, sum(least(group_volume, 150000))::bigint AS for_leader,
                sum(least(group_volume, 750000))::bigint AS for_director, max(best_rank) AS best,
                count(*) FILTER (WHERE best_rank >= 1) AS builders, count(*) FILTER (WHERE best_rank >= 2) AS leaders
            FROM tree WHERE place BETWEEN below.first AND below.last
            GROUP BY parent
        ) AS legs
        WHERE tree.place = legs.parent;
    END LOOP;
END
$$;
