// The members above some members in one run, nearest first, whole standings, at most `first` of them.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, first: INTEGER
// returns: member_id: STRING, depth: INTEGER, standings: LIST<MAP>
// insert:  start, above, parent, name, frontline

UNWIND $member_ids AS member_id
MATCH (start:Standing {member_id: member_id, run: $run})
USING INDEX SEEK start:Standing(member_id, run)
WHERE <<start>>
CALL (start) {
  MATCH (start) (()-[:UNDER]->(step WHERE step.depth >= start.depth - $first)){1,} (above)
  WITH above WHERE <<above>>
  WITH above ORDER BY above.depth DESC
  OPTIONAL MATCH (above)-[edge:UNDER]->(parent)
  OPTIONAL MATCH (member:Member {member_id: above.member_id})
  USING INDEX SEEK member:Member(member_id)
  RETURN collect({
    standing: properties(above), parent_id: CASE WHEN <<parent>> THEN parent.member_id END, leg: edge.leg,
    name: <<name>>, frontline: <<frontline>>
  }) AS standings
}
RETURN start.member_id AS member_id, start.depth AS depth, standings
