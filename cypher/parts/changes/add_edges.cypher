// Place new members under their first parents in one tree.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none
// insert:  open

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
MATCH (parent:Member {member_id: row.parent_id})
USING INDEX SEEK parent:Member(member_id)
CREATE (member)-[:<<open>> {leg: row.leg, since: member.enrolled_on, step: 0}]->(parent)
