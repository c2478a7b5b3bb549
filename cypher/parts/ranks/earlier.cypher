// Copy the ranks of the period before onto the standings of this one: highest ever, kept, and qualified.
//
// mode:    write
// params:  run: INTEGER, previous: INTEGER, renumbered: LIST<INTEGER>
// returns: none
// insert:  part
//
// `renumbered` gives the number that an earlier rank's name has now: a new version of a plan may insert ranks.
// Most members never held a rank: from here each of them costs two reads, and no search.

MATCH (before:Standing {run: $previous})
USING INDEX SEEK before:Standing(run, depth)
WHERE before.depth >= 0 AND (before.lifetime_rank > 0 OR before.rank > 0) AND <<part>>
CALL (before) {
  MATCH (standing:Standing {member_id: before.member_id, run: $run})
  USING INDEX SEEK standing:Standing(member_id, run)
  SET standing.earlier_ranks = [
    $renumbered[coalesce(before.lifetime_rank, 0)],
    $renumbered[coalesce(before.kept_rank, before.rank)],
    $renumbered[before.qualified_rank]
  ] + [past IN coalesce(before.past_ranks, []) | $renumbered[past]]
} IN TRANSACTIONS OF 5000 ROWS ON ERROR RETRY FOR 60 SECONDS THEN FAIL
