// A page of the standings of one run that volume left, by member id between two given ones.
//
// mode:    fragment
// params:  run: INTEGER, after: STRING, before: STRING, first: INTEGER
// returns: standing: NODE
// insert:  within
//
// The index gives them in the order of their ids, so that a page reads on only until it is full.

MATCH (standing:Standing)
USING INDEX SEEK standing:Standing(member_id, run)
WHERE standing.member_id > $after AND standing.member_id < $before AND standing.run = $run
  AND NOT standing.receives AND standing.own_volume <> 0 AND <<within>>
WITH standing ORDER BY standing.member_id LIMIT $first
