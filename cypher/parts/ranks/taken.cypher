// One standing's ranks as an earlier run of another calendar found them; an override of the period takes precedence.
//
// mode:    fragment
// params:  ranked: INTEGER, renumbered: LIST<INTEGER>
// returns: none

OPTIONAL MATCH (then:Standing {member_id: standing.member_id, run: $ranked})
USING INDEX SEEK then:Standing(member_id, run)
WITH standing, then, coalesce(standing.forced_rank, $renumbered[coalesce(then.rank, 0)]) AS paid_as
WHERE then.best_rank > 0 OR then.lifetime_rank > 0 OR paid_as > 0
SET standing.rank = paid_as, standing.qualified_rank = $renumbered[coalesce(then.qualified_rank, 0)],
  standing.best_rank = $renumbered[coalesce(then.best_rank, 0)],
  standing.lifetime_rank = $renumbered[coalesce(then.lifetime_rank, 0)]
