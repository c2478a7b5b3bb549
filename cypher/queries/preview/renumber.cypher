// Give some standings of a run, or all of them, the number of another run.
//
// mode:    write
// params:  from: INTEGER, to: INTEGER, ids: LIST<STRING>
// returns: none

UNWIND $ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $from})
USING INDEX SEEK standing:Standing(member_id, run)
SET standing.run = $to
