// How many members there are.
//
// mode:    read
// params:  none
// returns: total: INTEGER

MATCH (member:Member)
RETURN count(member) AS total
