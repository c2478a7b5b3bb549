// A member's ranks of the period before: qualified, those of the periods before that, the highest ever, the kept one.
//
// mode:    fragment
// params:  previous: INTEGER, renumbered: LIST<INTEGER>
// returns: none
//
// `renumbered` gives the number that an earlier rank's name has now: a new version of a plan may insert ranks.

COLLECT {
  MATCH (before:Standing {member_id: standing.member_id, run: $previous})
  USING INDEX SEEK before:Standing(member_id, run)
  RETURN [
    $renumbered[before.qualified_rank],
    [past IN coalesce(before.past_ranks, []) | $renumbered[past]],
    $renumbered[coalesce(before.lifetime_rank, 0)],
    $renumbered[coalesce(before.kept_rank, before.rank)]
  ]
}[0]
