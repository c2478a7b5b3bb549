// How many members there are, from the count store.
//
// mode:    read
// params:  none
// returns: members: INTEGER

MATCH (member:Member)
RETURN count(member) AS members
