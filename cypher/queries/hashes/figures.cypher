// The figures of some levels, as parallel columns in no order, for the run's hash.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: member_id: LIST<STRING>, active: LIST<BOOLEAN>, personal_volume: LIST<INTEGER>, commissionable_volume: LIST<INTEGER>, group_volume: LIST<INTEGER>, qualified_rank: LIST<INTEGER>, rank: LIST<INTEGER>

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= $first AND standing.depth <= $last
RETURN
  collect(standing.member_id) AS member_id, collect(standing.active) AS active,
  collect(standing.personal_volume) AS personal_volume,
  collect(standing.commissionable_volume) AS commissionable_volume,
  collect(standing.group_volume) AS group_volume,
  collect(standing.qualified_rank) AS qualified_rank, collect(standing.rank) AS rank
