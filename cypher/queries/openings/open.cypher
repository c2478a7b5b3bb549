// Write what a company brings along as standings of a run before its first one.
//
// mode:    write
// params:  run: INTEGER, rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
CREATE (standing:Standing {run: $run, member_id: row.member_id, depth: 0})
SET standing += row.facts
