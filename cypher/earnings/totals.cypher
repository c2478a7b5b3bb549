// What each bonus of a run paid: earnings in minor units, rounding in parts.
//
// mode:    read
// params:  run: INTEGER
// returns: bonus: STRING, payees: INTEGER, amount: INTEGER, rounding: INTEGER, lines: INTEGER

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning:Earning)
RETURN earning.bonus AS bonus, count(*) AS payees, sum(earning.amount) AS amount,
  sum(earning.rounding) AS rounding, sum(earning.lines) AS lines
