// Who has most lines in a run, and how many.
//
// mode:    read
// params:  run: INTEGER
// returns: member_id: STRING, lines: INTEGER

MATCH (payee:Standing {run: $run})<-[:EARNED_BY]-(earning:Earning)
RETURN payee.member_id AS member_id, sum(earning.lines) AS lines
ORDER BY lines DESC, member_id
LIMIT 1
