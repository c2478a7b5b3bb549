// How many members of a run are below somebody in no leg that a binary knows, and the first of them.
//
// mode:    read
// params:  run: INTEGER, most: INTEGER
// returns: members: INTEGER, named: LIST<LIST<STRING>>

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 1
MATCH (standing)-[edge:UNDER]->()
WHERE NOT toLower(coalesce(edge.leg, '')) IN ['l', 'left', '1', 'r', 'right', '2']
WITH standing.member_id AS member_id, edge.leg AS leg
ORDER BY member_id
WITH collect([member_id, leg]) AS astray
RETURN size(astray) AS members, astray[..$most] AS named
