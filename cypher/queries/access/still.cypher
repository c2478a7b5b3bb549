// Which of some members are within reach of which viewers today, with the viewers' status. Only pairs that are known are
// returned: no row means that one of the two is gone.
//
// mode:    read
// params:  pairs: LIST<MAP>, sponsor_tree: BOOLEAN, placement_tree: BOOLEAN
// returns: viewer: STRING, member_id: STRING, status: STRING, within: BOOLEAN

UNWIND $pairs AS pair
MATCH (viewer:Member {member_id: pair.viewer})
USING INDEX SEEK viewer:Member(member_id)
MATCH (member:Member {member_id: pair.member_id})
USING INDEX SEEK member:Member(member_id)
RETURN pair.viewer AS viewer, pair.member_id AS member_id, viewer.status AS status,
  viewer = member
  OR ($sponsor_tree AND EXISTS { (member)-[:SPONSORED_BY*1..]->(above) WHERE above = viewer })
  OR ($placement_tree AND EXISTS { (member)-[:PLACED_UNDER*1..]->(above) WHERE above = viewer }) AS within
