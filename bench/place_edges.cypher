// Their edges: both trees are the same.
//
// mode:    write
// params:  rows: LIST<LIST<ANY>>
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row[0]})
MATCH (parent:Member {member_id: row[1]})
CREATE (member)-[:SPONSORED_BY {since: member.enrolled_on, step: 0}]->(parent)
FOREACH (leg IN CASE WHEN row[2] IS NULL THEN [] ELSE [row[2]] END |
  CREATE (member)-[:PLACED_UNDER {since: member.enrolled_on, step: 0, leg: leg}]->(parent)
)
