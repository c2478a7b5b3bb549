// Limit what one owner earns from some bonuses over all positions together, scaled pro rata.
//
// mode:    write
// params:  run: INTEGER, bonuses: LIST<STRING>, cap: INTEGER
// returns: none
// insert:  keep, together
//
// Owners are those of when the run was made, whoever owns a position now. Positions without an owner_id are their own
// owner's; an owner_id that is a member_id names that member's owner.

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning)
WHERE earning.bonus IN $bonuses
WITH coalesce(standing.owner_id, standing.member_id) AS owner, collect([standing.member_id, earning]) AS earnings
WITH earnings, <<together>> AS sums
WITH earnings, sums[0] AS total, sums[1] AS whole
WHERE total > $cap
WITH earnings, whole, $cap - total + whole AS room
CALL (earnings, whole, room) {
  <<keep>>
} IN TRANSACTIONS OF 2000 ROWS
