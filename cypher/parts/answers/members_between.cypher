// A page of the members by id, from one id up to another, which is left out.
//
// mode:    fragment
// params:  least: STRING, most: STRING, first: INTEGER
// returns: member: NODE
// insert:  within

MATCH (member:Member)
WHERE member.member_id >= $least AND member.member_id < $most AND <<within>>
WITH member ORDER BY member.member_id LIMIT $first
