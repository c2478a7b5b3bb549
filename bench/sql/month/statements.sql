-- The standings as they are kept, with what each member earned in all.
INSERT INTO standing
SELECT %(run)s, tree.member, above.member, enrolled.leg, tree.depth, enrolled.status, tree.active, enrolled.orders,
    tree.personal_volume, enrolled.commissionable_volume, enrolled.customer_volume, tree.group_volume,
    tree.qualified_rank, tree.rank, tree.best_rank, greatest(tree.qualified_rank, enrolled.earlier_lifetime),
    greatest(tree.qualified_rank, tree.excused_rank), coalesce(earned, 0)
FROM tree
JOIN enrolled ON enrolled.member = tree.member
LEFT JOIN tree AS above ON above.place = tree.parent
LEFT JOIN (
    SELECT member, sum(amount)::bigint AS earned FROM earning WHERE run = %(run)s GROUP BY member
) AS paid ON paid.member = tree.member
ORDER BY tree.member;
ANALYZE standing;
ANALYZE earning;
