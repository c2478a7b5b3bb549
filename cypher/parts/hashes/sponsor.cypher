// The parent of one standing in the run's sponsor tree.
//
// mode:    fragment
// params:  none
// returns: none

COLLECT { MATCH (standing)-[:ENROLLED_UNDER]->(sponsor) RETURN sponsor.member_id }[0]
