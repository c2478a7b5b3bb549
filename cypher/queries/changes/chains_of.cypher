// The chains of one side in which two members are; null for whoever is in none.
//
// mode:    read
// params:  key: STRING, side: STRING, upper: STRING, lower: STRING
// returns: above: MAP, below: MAP

MATCH (upper:Member {member_id: $upper})
USING INDEX SEEK upper:Member(member_id)
MATCH (lower:Member {member_id: $lower})
USING INDEX SEEK lower:Member(member_id)
OPTIONAL MATCH (above:Chain {side: $side, number: upper[$key]})
OPTIONAL MATCH (below:Chain {side: $side, number: lower[$key]})
RETURN above {.number, .end, .members} AS above, below {.number, .end, .members} AS below
