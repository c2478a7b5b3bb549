// The member at the top of the tree in which a member stands.
//
// mode:    fragment
// stage:   volumes
// order:   down
// params:  none
// returns: none

OPTIONAL MATCH (standing)-[:UNDER]->(parent)
SET standing.group_root = coalesce(parent.group_root, standing.member_id)
