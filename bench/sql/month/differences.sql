-- Every figure of a run next to the engine's: one row for each that differs, with the table, the row and both values.
-- A row that only one of the two has differs in each of its figures.
WITH pair AS (
    SELECT 'standings' AS result, member_id AS key, to_jsonb(here) AS here, to_jsonb(engine) AS engine
    FROM (
        SELECT member.member_id, above.member_id AS parent_id, standing.leg, depth, standing.status, active, orders,
            personal_volume, commissionable_volume, customer_volume, group_volume, qualified.name AS qualified_rank,
            paid.name AS rank, lifetime.name AS lifetime_rank, earned
        FROM standing
        JOIN member USING (member)
        LEFT JOIN member AS above ON above.member = standing.parent
        JOIN rank_name AS qualified ON qualified.rank = standing.qualified_rank
        JOIN rank_name AS paid ON paid.rank = standing.rank
        JOIN rank_name AS lifetime ON lifetime.rank = standing.lifetime_rank
        WHERE standing.run = %(run)s
    ) AS here
    FULL JOIN engine_standing AS engine USING (member_id)
    WHERE here IS DISTINCT FROM engine
    UNION ALL
    SELECT 'earnings', member_id || ' ' || bonus, to_jsonb(here), to_jsonb(engine)
    FROM (
        SELECT member_id, bonus, amount, exact, lines FROM earning JOIN member USING (member) WHERE run = %(run)s
    ) AS here
    FULL JOIN engine_earning AS engine USING (member_id, bonus)
    WHERE here IS DISTINCT FROM engine
    UNION ALL
    SELECT 'totals', bonus, to_jsonb(here), to_jsonb(engine)
    FROM (
        SELECT bonus, payees, lines, paid, paid_exact, breakage, paid_exact + breakage AS budget,
            paid * 1000000 - paid_exact AS rounding
        FROM bonus_total WHERE run = %(run)s
    ) AS here
    FULL JOIN engine_total AS engine USING (bonus)
    WHERE here IS DISTINCT FROM engine
    UNION ALL
    SELECT 'breakage', bonus || ' ' || reason, to_jsonb(here), to_jsonb(engine)
    FROM (SELECT bonus, reason, exact FROM unpaid WHERE run = %(run)s) AS here
    FULL JOIN engine_unpaid AS engine USING (bonus, reason)
    WHERE here IS DISTINCT FROM engine
)
SELECT result, key, figure, here ->> figure AS here, engine ->> figure AS engine, count(*) OVER () AS number
FROM pair CROSS JOIN LATERAL jsonb_object_keys(coalesce(here, engine)) AS figure
WHERE here -> figure IS DISTINCT FROM engine -> figure
ORDER BY result DESC, key, figure
LIMIT %(most)s;
