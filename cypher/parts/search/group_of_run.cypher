// The ids and names of everyone in a member's group in one run, as the viewer sees them; of larger groups only some.
//
// mode:    read
// params:  run: INTEGER, member_id: STRING, most: INTEGER, filter: MAP, reach: MAP
// returns: rows: LIST<LIST<STRING>>
// insert:  top_within, inherits, candidates, within, name

MATCH (top:Standing {member_id: $member_id, run: $run})
USING INDEX SEEK top:Standing(member_id, run)
WHERE <<top_within>>
WITH top, <<inherits>> AS inherits
CALL (top, inherits) {
  <<candidates>>
  WITH below
  WHERE inherits OR <<within>>
  WITH below LIMIT $most
  OPTIONAL MATCH (member:Member {member_id: below.member_id})
  USING INDEX SEEK member:Member(member_id)
  RETURN collect([below.member_id, <<name>>]) AS rows
}
RETURN rows
