// How many members within reach have an id with a given beginning.
//
// mode:    read
// params:  starts: STRING
// returns: total: INTEGER
// insert:  within

MATCH (member:Member)
WHERE member.member_id STARTS WITH $starts AND <<within>>
RETURN count(member) AS total
