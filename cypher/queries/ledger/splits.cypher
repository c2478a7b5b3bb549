// What a member earned in some runs, by bonus.
//
// mode:    read
// params:  owner: STRING, runs: LIST<INTEGER>
// returns: run: INTEGER, bonus: STRING, amount: INTEGER

UNWIND $runs AS run
MATCH (standing:Standing {member_id: $owner, run: run})<-[:EARNED_BY]-(earning)
RETURN run, earning.bonus AS bonus, earning.amount AS amount
ORDER BY run, bonus
