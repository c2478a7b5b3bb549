// The trees and starting facts of some levels, as parallel columns in no order, for the run's hash.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: member_id: LIST<STRING>, status: LIST<STRING>, parent_id: LIST<STRING>, leg: LIST<STRING>, sponsor_id: LIST<STRING>
// insert:  sponsor
//
// An empty text means none: lists hold no nulls.

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= $first AND standing.depth <= $last
OPTIONAL MATCH (standing)-[edge:UNDER]->(parent)
WITH standing, edge, parent, <<sponsor>> AS sponsor_id
RETURN
  collect(standing.member_id) AS member_id, collect(standing.status) AS status,
  collect(coalesce(parent.member_id, '')) AS parent_id, collect(coalesce(edge.leg, '')) AS leg,
  collect(coalesce(sponsor_id, '')) AS sponsor_id
