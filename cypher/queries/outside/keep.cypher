// Keep what members earned elsewhere in one bonus on their standings; returns how many have one.
//
// mode:    read-write
// params:  run: INTEGER, state: STRING, rows: LIST<MAP>
// returns: standings: INTEGER

UNWIND $rows AS row
MATCH (standing:Standing {member_id: row.member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
CALL (row, standing) {
  SET standing[$state] = [row.amount]
} IN TRANSACTIONS OF 5000 ROWS
RETURN count(*) AS standings
