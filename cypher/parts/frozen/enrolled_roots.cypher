// Put the roots of another run's sponsor tree on level 0 of this run's.
//
// mode:    read-write
// params:  run: INTEGER, source: INTEGER
// returns: standings: INTEGER
// insert:  edge

MATCH (of:Standing {run: $source})
USING INDEX SEEK of:Standing(run, depth)
WHERE of.depth >= 0 AND NOT EXISTS { (of)-[:<<edge>>]->() }
MATCH (standing:Standing {member_id: of.member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
CALL (standing) {
  SET standing.enrolled_depth = 0
} IN TRANSACTIONS OF 2000 ROWS
RETURN count(*) AS standings
