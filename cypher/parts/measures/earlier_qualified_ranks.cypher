// The ranks that a member qualified for in the periods before this one, nearest first, as far back as the plan looks.
//
// mode:    fragment
// stage:   volumes
// reach:   periods
// params:  previous: INTEGER, recent_periods: INTEGER, renumbered: LIST<INTEGER>
// returns: none
//
// `renumbered` gives the number that an earlier rank's name has now.

OPTIONAL MATCH (earlier:Standing {member_id: standing.member_id, run: $previous})
USING INDEX SEEK earlier:Standing(member_id, run)
SET standing.earlier_qualified_ranks = CASE WHEN earlier IS NOT NULL THEN
  [held IN [earlier.qualified_rank] + coalesce(earlier.earlier_qualified_ranks, []) | $renumbered[held]][..$recent_periods] END
