// Take back what an unfinished change overwrote of members: they are what they were before it first changed them.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (past:Past)-[:PAST_OF]->(member:Member)
USING INDEX SEEK past:Past(closed_no)
WHERE past.closed_no >= $number
WITH member, past ORDER BY past.closed_no
WITH member, collect(past) AS pasts
WITH member, pasts, head(pasts) AS oldest
CALL (member, pasts, oldest) {
  SET member.name = oldest.name, member.status = oldest.status, member.country = oldest.country,
    member.owner_id = oldest.owner_id
  FOREACH (past IN pasts | DETACH DELETE past)
} IN TRANSACTIONS OF 10000 ROWS
