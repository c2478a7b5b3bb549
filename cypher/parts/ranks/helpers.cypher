// For some members and each requirement of some ranks: what each leg counts now, and how much more of it could count.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, ranks: LIST<MAP>, of_sponsored: LIST<STRING>, most: INTEGER
// returns: member_id: STRING, rank: INTEGER, place: INTEGER, helpers: LIST<LIST<ANY>>
// insert:  leg, sponsored, counts, room, within, helper
//
// Of one member and requirement those that could still help come first, the nearest before the others: member,
// counts, room.

UNWIND $member_ids AS asking
MATCH (standing:Standing {member_id: asking, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
WHERE <<within>>
CALL (standing) {
  OPTIONAL MATCH (standing)<-[:UNDER]-(below)
  RETURN collect(CASE WHEN below IS NULL THEN null ELSE {<<leg>>} END) AS legs
}
WITH asking, standing, legs, <<sponsored>> AS sponsored
UNWIND range(1, size($ranks)) AS rank
UNWIND range(0, size($ranks[rank - 1].requirements) - 1) AS place
WITH asking, standing, legs, sponsored, rank, place, $ranks[rank - 1].requirements[place] AS rule
UNWIND CASE WHEN rule.kind IN $of_sponsored THEN sponsored ELSE legs END AS leg
WITH asking, rank, place, leg.member_id AS member_id, <<counts>> AS counts, <<room>> AS room, leg
WHERE counts IS NOT NULL
OPTIONAL MATCH (helper:Standing {member_id: member_id, run: $run})
USING INDEX SEEK helper:Standing(member_id, run)
WITH asking, rank, place, member_id, counts, room, leg, helper
WHERE <<helper>>
WITH asking, rank, place, member_id, counts, room, leg
ORDER BY asking, rank, place, room > 0 DESC, coalesce(leg.best_rank, 0) DESC, counts DESC,
  coalesce(leg.volume, leg.personal_volume, 0) DESC, member_id
RETURN asking AS member_id, rank, place, collect([member_id, counts, room])[..$most] AS helpers
ORDER BY member_id, rank, place
