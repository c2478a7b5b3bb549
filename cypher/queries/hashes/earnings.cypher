// What members of some levels earned by bonus, as parallel columns in no order, for the run's hash.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: member_id: LIST<STRING>, bonus: LIST<STRING>, amount: LIST<INTEGER>, exact: LIST<INTEGER>

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= $first AND standing.depth <= $last AND standing.earned IS NOT NULL
MATCH (standing)<-[:EARNED_BY]-(earning)
RETURN
  collect(standing.member_id) AS member_id, collect(earning.bonus) AS bonus,
  collect(earning.amount) AS amount, collect(earning.exact) AS exact
