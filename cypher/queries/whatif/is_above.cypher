// Whether a member is another one of a run, or is above that one.
//
// mode:    read
// params:  run: INTEGER, member_id: STRING, parent_id: STRING
// returns: above: BOOLEAN

MATCH (parent:Standing {member_id: $parent_id, run: $run})
USING INDEX SEEK parent:Standing(member_id, run)
RETURN EXISTS { MATCH (parent)-[:UNDER*0..]->(above) WHERE above.member_id = $member_id } AS above
