// What one bonus of a run paid: earnings in minor units, their exact value in the bonus's units.
//
// mode:    read
// params:  run: INTEGER, bonus: STRING
// returns: payees: INTEGER, amount: INTEGER, exact: INTEGER, lines: INTEGER

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning:Earning {bonus: $bonus})
RETURN count(*) AS payees, sum(earning.amount) AS amount,
  sum(earning.exact) AS exact, sum(earning.lines) AS lines
