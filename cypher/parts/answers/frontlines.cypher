// A page of the frontline of some members in one run, whole standings, by member id between two given ones.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, after: STRING, before: STRING, first: INTEGER
// returns: parent_id: STRING, standings: LIST<MAP>, total: INTEGER
// insert:  parent_within, below_within, name, frontline, total

UNWIND $member_ids AS member_id
MATCH (parent:Standing {member_id: member_id, run: $run})
USING INDEX SEEK parent:Standing(member_id, run)
WHERE <<parent_within>>
CALL (parent) {
  MATCH (parent)<-[edge:UNDER]-(below)
  WHERE below.member_id > $after AND below.member_id < $before AND <<below_within>>
  WITH parent, edge, below ORDER BY below.member_id LIMIT $first
  OPTIONAL MATCH (member:Member {member_id: below.member_id})
  USING INDEX SEEK member:Member(member_id)
  RETURN collect({
    standing: properties(below), parent_id: parent.member_id, leg: edge.leg, name: <<name>>, frontline: <<frontline>>
  }) AS standings
}
RETURN parent.member_id AS parent_id, standings, <<total>> AS total
