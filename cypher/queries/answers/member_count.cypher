// How many members have an id with a given beginning.
//
// mode:    read
// params:  starts: STRING
// returns: total: INTEGER

MATCH (member:Member)
WHERE member.member_id STARTS WITH $starts
RETURN count(member) AS total
