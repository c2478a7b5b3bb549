// Stand those below one standing, as of the period's last day: on one level or on several, of which only the first is looked for.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  levels

MATCH (member:Member {member_id: standing.member_id})
USING INDEX SEEK member:Member(member_id)
WITH standing AS stood, member
<<levels>>
