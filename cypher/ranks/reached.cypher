// The highest rank met of those below rank number `rank`; 0 where none is.
//
// mode:    fragment
// params:  ranks: LIST<MAP>
// returns: none
// insert:  passes

reduce(reached = 0, number IN range(1, rank - 1) | CASE
  WHEN (standing.active OR NOT $ranks[number - 1].must_be_active)
    AND any(way IN $ranks[number - 1].ways WHERE
      all(rule IN [place IN way | $ranks[number - 1].requirements[place]] WHERE <<passes>>))
  THEN number ELSE reached END)
