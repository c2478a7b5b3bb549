// Whether anybody had joined the company before a day.
//
// mode:    read
// params:  day: DATE
// returns: joined: BOOLEAN

RETURN EXISTS { (member:Member) WHERE member.enrolled_on < $day } AS joined
