// Give some standings of a run other levels or another status.
//
// mode:    write
// params:  run: INTEGER, rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
MATCH (standing:Standing {member_id: row.member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
SET standing += row.facts
