// How many members are enrolled by a day.
//
// mode:    read
// params:  day: DATE
// returns: members: INTEGER

MATCH (member:Member)
WHERE member.enrolled_on <= $day
RETURN count(*) AS members
