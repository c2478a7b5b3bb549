// Some members of a run and everybody above them in one of its trees.
//
// mode:    read
// params:  ids: LIST<STRING>, run: INTEGER
// returns: members: LIST<STRING>
// insert:  under

MATCH (start:Standing {run: $run})-[:<<under>>*0..]->(above)
USING INDEX SEEK start:Standing(member_id, run)
WHERE start.member_id IN $ids
RETURN collect(DISTINCT above.member_id) AS members
