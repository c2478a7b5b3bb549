// Create the standings below one, as of the period's last day: on one level or on several, of which only the first is searched for.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  levels

MATCH (member:Member {member_id: standing.member_id})
USING INDEX SEEK member:Member(member_id)
WITH standing AS stood, member
<<levels>>
