// Put the roots of the sponsor tree on its level 0.
//
// mode:    read-write
// params:  run: INTEGER, day: DATE
// returns: standings: INTEGER
// insert:  types, holds

MATCH (standing:Standing {run: $run})
MATCH (member:Member {member_id: standing.member_id})
USING INDEX SEEK member:Member(member_id)
WHERE NOT EXISTS {
  MATCH (member)-[edge:<<types>>]->(sponsor:Member)
  WHERE <<holds>> AND sponsor.enrolled_on <= $day
}
CALL (standing) {
  SET standing.enrolled_depth = 0
} IN TRANSACTIONS OF 2000 ROWS
RETURN count(*) AS standings
