// Put the roots of the sponsor tree on its level 0.
//
// mode:    read-write
// params:  run: INTEGER, day: DATE
// returns: standings: INTEGER

MATCH (standing:Standing {run: $run})
MATCH (member:Member {member_id: standing.member_id})
USING INDEX SEEK member:Member(member_id)
WHERE NOT EXISTS {
  MATCH (member)-[edge:SPONSORED_BY|WAS_SPONSORED_BY|WILL_SPONSORED_BY]->(sponsor:Member)
  WHERE edge.since <= $day AND (edge.until IS NULL OR edge.until > $day) AND sponsor.enrolled_on <= $day
}
CALL (standing) {
  SET standing.enrolled_depth = 0
} IN TRANSACTIONS OF 2000 ROWS
RETURN count(*) AS standings
