// Where some members are in a run, and where they are in the company's tree on its last day: the standing, who is above it in
// the run and in which leg, who is above it in the company and in which leg, and the member's status.
//
// mode:    read
// params:  ids: LIST<STRING>, run: INTEGER, day: DATE
// returns: places: LIST<LIST<STRING>>
// insert:  edge, under

UNWIND $ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
OPTIONAL MATCH (standing)-[now:<<under>>]->(above)
OPTIONAL MATCH (member)-[edge:<<edge>>]->(parent:Member)
WHERE edge.since <= $day AND (edge.until IS NULL OR edge.until > $day) AND parent.enrolled_on <= $day
RETURN collect([
  member_id, above.member_id, now.leg, parent.member_id, edge.leg, standing.status, member.status
]) AS places
