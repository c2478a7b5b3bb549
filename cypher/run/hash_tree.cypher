// The trees and starting facts of some levels, in a fixed order, for the run's hash.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: rows: LIST<LIST<ANY>>

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= $first AND standing.depth <= $last
OPTIONAL MATCH (standing)-[edge:UNDER]->(parent:Standing)
OPTIONAL MATCH (standing)-[:ENROLLED_UNDER]->(sponsor:Standing)
WITH standing, edge, parent, sponsor ORDER BY standing.member_id
RETURN collect([standing.member_id, standing.status, parent.member_id, edge.leg, sponsor.member_id]) AS rows
