// Create the standings below one like those of another run: on one level or on several, of which only the first is searched for.
//
// mode:    fragment
// params:  source: INTEGER
// returns: none
// insert:  levels

MATCH (of:Standing {member_id: standing.member_id, run: $source})
USING INDEX SEEK of:Standing(member_id, run)
WITH standing AS stood, of
<<levels>>
