// Take back what an unfinished change overwrote of members.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (past:Past {closed_no: $number})-[:PAST_OF]->(member:Member)
CALL (past, member) {
  SET member.name = past.name, member.status = past.status, member.country = past.country,
    member.owner_id = past.owner_id
  DETACH DELETE past
} IN TRANSACTIONS OF 10000 ROWS
