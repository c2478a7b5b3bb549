// A page of the frontline of some members in one run, by member id, after a given one.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, after: STRING, first: INTEGER
// returns: parent_id: STRING, member_ids: LIST<STRING>, total: INTEGER

UNWIND $member_ids AS member_id
MATCH (parent:Standing {member_id: member_id, run: $run})
USING INDEX SEEK parent:Standing(member_id, run)
CALL (parent) {
  MATCH (parent)<-[:UNDER]-(below)
  WHERE below.member_id > $after
  WITH below.member_id AS below_id ORDER BY below_id LIMIT $first
  RETURN collect(below_id) AS member_ids
}
RETURN parent.member_id AS parent_id, member_ids, COUNT { (parent)<-[:UNDER]-() } AS total
