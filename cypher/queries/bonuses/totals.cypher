// What each bonus of a run paid: earnings in minor units, their exact value in the bonus's units.
//
// mode:    read
// params:  run: INTEGER
// returns: bonus: STRING, payees: INTEGER, amount: INTEGER, exact: INTEGER, lines: INTEGER

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning)
RETURN earning.bonus AS bonus, count(*) AS payees, sum(earning.amount) AS amount,
  sum(earning.exact) AS exact, sum(earning.lines) AS lines
