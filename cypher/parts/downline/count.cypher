// How many in the groups of some members in one run meet some conditions.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, filter: MAP, reach: MAP
// returns: member_id: STRING, total: INTEGER
// insert:  top_within, inherits, whole, first, end, candidates, level, meets
//
// The spans of a whole group within reach say how many are in it, so nobody is counted.

UNWIND $member_ids AS member_id
MATCH (top:Standing {member_id: member_id, run: $run})
USING INDEX SEEK top:Standing(member_id, run)
WHERE <<top_within>>
WITH top, <<inherits>> AS inherits
WITH top, inherits, CASE WHEN <<whole>> AND inherits THEN top.<<end>> - top.<<first>> - 1 END AS size
CALL (top, inherits, size) {
  WITH 1 AS one WHERE size IS NULL
  <<candidates>>
  WITH below, <<level>> AS level
  WHERE <<meets>>
  RETURN count(below) AS counted
}
RETURN top.member_id AS member_id, coalesce(size, counted) AS total
