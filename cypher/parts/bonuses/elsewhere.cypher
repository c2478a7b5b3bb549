// What one member was paid by bonuses of other calendars, after caps: a figure for each bonus and run, in their order.
//
// mode:    fragment
// params:  bonuses: LIST<STRING>, runs: LIST<INTEGER>
// returns: none

UNWIND range(0, size($runs) - 1) AS place
OPTIONAL MATCH (then:Standing {member_id: standing.member_id, run: $runs[place]})
USING INDEX SEEK then:Standing(member_id, run)
OPTIONAL MATCH (then)<-[:EARNED_BY]-(earned)
WHERE earned.bonus = $bonuses[place]
WITH standing, place, coalesce(sum(earned.amount), 0) AS amount
ORDER BY place
WITH standing, collect(amount) AS paid
WHERE any(amount IN paid WHERE amount <> 0)
SET standing.paid_elsewhere = paid
