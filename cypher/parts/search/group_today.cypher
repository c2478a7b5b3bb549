// The ids and names of everyone in a member's group in one tree today; of larger groups only some.
//
// mode:    read
// params:  member_id: STRING, most: INTEGER, filter: MAP, reach: MAP
// returns: rows: LIST<LIST<STRING>>
// insert:  top_within, inherits, candidates, within

MATCH (top:Member {member_id: $member_id})
USING INDEX SEEK top:Member(member_id)
WHERE <<top_within>>
WITH top, <<inherits>> AS inherits
CALL (top, inherits) {
  <<candidates>>
  WITH below
  WHERE inherits OR <<within>>
  WITH below LIMIT $most
  RETURN collect([below.member_id, below.name]) AS rows
}
RETURN rows
