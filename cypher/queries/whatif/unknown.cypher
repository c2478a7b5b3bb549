// Those of some ids who have no standing in a run.
//
// mode:    read
// params:  run: INTEGER, ids: LIST<STRING>
// returns: unknown: LIST<STRING>

UNWIND $ids AS member_id
OPTIONAL MATCH (standing:Standing {member_id: member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
WITH member_id, standing WHERE standing IS NULL
RETURN collect(member_id) AS unknown
