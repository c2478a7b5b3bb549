// Some members of a run and everybody below them in one of its trees, each with the member directly above.
//
// mode:    read
// params:  ids: LIST<STRING>, run: INTEGER
// returns: members: LIST<LIST<STRING>>
// insert:  under

MATCH (head:Standing {run: $run})<-[:<<under>>*0..]-(standing)
USING INDEX SEEK head:Standing(member_id, run)
WHERE head.member_id IN $ids
WITH DISTINCT standing
OPTIONAL MATCH (standing)-[:<<under>>]->(parent)
RETURN collect([standing.member_id, parent.member_id]) AS members
