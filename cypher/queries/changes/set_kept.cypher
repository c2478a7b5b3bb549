// Store what is kept of some members, under one property; 0 stands for none.
//
// mode:    write
// params:  key: STRING, rows: LIST<LIST<ANY>>
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row[0]})
USING INDEX SEEK member:Member(member_id)
SET member[$key] = nullIf(row[1], 0)
