// Everything that some standings of a run have.
//
// mode:    read
// params:  run: INTEGER, ids: LIST<STRING>
// returns: standings: LIST<LIST<ANY>>

UNWIND $ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
RETURN collect([member_id, properties(standing)]) AS standings
