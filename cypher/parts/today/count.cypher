// How many in the groups of some members in one tree today meet some conditions.
//
// mode:    read
// params:  member_ids: LIST<STRING>, filter: MAP, reach: MAP
// returns: member_id: STRING, total: INTEGER
// insert:  top_within, inherits, candidates, meets

UNWIND $member_ids AS member_id
MATCH (top:Member {member_id: member_id})
USING INDEX SEEK top:Member(member_id)
WHERE <<top_within>>
WITH top, <<inherits>> AS inherits
CALL (top, inherits) {
  <<candidates>>
  WITH below, level
  WHERE <<meets>>
  RETURN count(below) AS total
}
RETURN top.member_id AS member_id, total
