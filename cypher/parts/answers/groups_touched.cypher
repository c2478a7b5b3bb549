// Which of some members have which of some others in their group of one tree today, themselves included.
//
// mode:    read
// params:  member_ids: LIST<STRING>, tops: LIST<STRING>
// returns: top: STRING, member_ids: LIST<STRING>
// insert:  edge

UNWIND $member_ids AS member_id
MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
MATCH (member)-[:<<edge>>*0..]->(above)
WHERE above.member_id IN $tops
RETURN above.member_id AS top, collect(member.member_id) AS member_ids
