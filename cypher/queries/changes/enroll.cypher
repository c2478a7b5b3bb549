// Create members who come in one by one, each by a change of its own.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
CREATE (member:Member)
SET member = row
