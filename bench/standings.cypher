// The frozen tree of a run with its volumes, some levels of it as columns: the input of the other ways.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: members: LIST<STRING>, parents: LIST<STRING>, depths: LIST<INTEGER>, own: LIST<INTEGER>, whole: LIST<INTEGER>

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= $first AND standing.depth <= $last
OPTIONAL MATCH (standing)-[:UNDER]->(parent:Standing)
WITH standing, coalesce(parent.member_id, '') AS parent_id
RETURN collect(standing.member_id) AS members, collect(parent_id) AS parents, collect(standing.depth) AS depths,
  collect(standing.personal_volume) AS own, collect(standing.group_volume) AS whole
