// Hang new members under their first parents in the placement tree.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
MATCH (parent:Member {member_id: row.parent_id})
USING INDEX SEEK parent:Member(member_id)
CREATE (member)-[:PLACED_UNDER {leg: row.leg, since: member.enrolled_on, step: 0}]->(parent)
