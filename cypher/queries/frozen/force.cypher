// Let some members of a run be paid as other ranks, by number, whatever they qualify for.
//
// mode:    write
// params:  run: INTEGER, ranks: LIST<LIST<ANY>>
// returns: none

UNWIND $ranks AS row
MATCH (standing:Standing {member_id: row[0], run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
SET standing.forced_rank = row[1]
