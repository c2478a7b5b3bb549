// The ranks that a member was paid as in the periods before this one, nearest first, as far back as the plan looks.
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
SET standing.earlier_paid_ranks = CASE WHEN earlier IS NOT NULL THEN
  [held IN [earlier.rank] + coalesce(earlier.earlier_paid_ranks, []) | $renumbered[held]][..$recent_periods] END
