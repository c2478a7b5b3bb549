// The highest rank met of those below rank number `rank`; 0 where none is.
//
// mode:    fragment
// params:  ranks: LIST<MAP>
// returns: none
// insert:  passes

reduce(reached = 0, lower IN $ranks[..rank - 1] | CASE
  WHEN (standing.active OR NOT lower.must_be_active)
    AND any(way IN lower.ways WHERE all(rule IN way WHERE <<passes>>))
  THEN lower.number ELSE reached END)
