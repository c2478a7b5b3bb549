// Who is directly below a member in one tree on a day, and in which leg.
//
// mode:    read
// params:  member_id: STRING, day: DATE
// returns: members: LIST<LIST<STRING>>
// insert:  any_day

MATCH (parent:Member {member_id: $member_id})<-[edge:<<any_day>>]-(member:Member)
USING INDEX SEEK parent:Member(member_id)
WHERE edge.since <= $day AND (edge.until IS NULL OR $day < edge.until)
WITH member, edge ORDER BY member.member_id
RETURN collect([member.member_id, edge.leg]) AS members
