// Count the figures of some standings' own orders again.
//
// mode:    read-write
// params:  run: INTEGER, member_ids: LIST<STRING>
// returns: standings: INTEGER
// insert:  figures

UNWIND $member_ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
<<figures>>
RETURN count(*) AS standings
