// How many members there are on each level below some members in one run.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, filter: MAP, reach: MAP
// returns: member_id: STRING, levels: LIST<LIST<INTEGER>>
// insert:  top_within, inherits, candidates, level, meets
//
// Of each level: its number, members, and how many of them are active.

UNWIND $member_ids AS member_id
MATCH (top:Standing {member_id: member_id, run: $run})
USING INDEX SEEK top:Standing(member_id, run)
WHERE <<top_within>>
WITH top, <<inherits>> AS inherits
CALL (top, inherits) {
  <<candidates>>
  WITH below, <<level>> AS level
  WHERE <<meets>>
  WITH level, count(below) AS members, sum(CASE WHEN below.active THEN 1 ELSE 0 END) AS active ORDER BY level
  RETURN collect([level, members, active]) AS levels
}
RETURN top.member_id AS member_id, levels
