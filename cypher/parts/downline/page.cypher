// Pages of the groups of some members in one run: who meets some conditions, in the order of one figure, between two rows.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, reach: MAP
// returns: member_id: STRING, rows: LIST<MAP>
// insert:  top_within, inherits, rows, parent, name, frontline
//
// A row is known by its figure and its member's id, which decides among equal figures. Only the rows of the page are
// read whole.

UNWIND $member_ids AS member_id
MATCH (top:Standing {member_id: member_id, run: $run})
USING INDEX SEEK top:Standing(member_id, run)
WHERE <<top_within>>
WITH top, <<inherits>> AS inherits
CALL (top, inherits) {
  <<rows>>
  OPTIONAL MATCH (below)-[edge:UNDER]->(parent)
  OPTIONAL MATCH (member:Member {member_id: below.member_id})
  USING INDEX SEEK member:Member(member_id)
  RETURN collect({
    standing: properties(below), parent_id: CASE WHEN <<parent>> THEN parent.member_id END, leg: edge.leg,
    name: <<name>>, frontline: <<frontline>>, level: level, figure: figure
  }) AS rows
}
RETURN top.member_id AS member_id, rows
