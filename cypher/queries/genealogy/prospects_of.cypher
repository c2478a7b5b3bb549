// The prospects of some members, each with the member, but for those who have become a customer or a member.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: prospects: LIST<LIST<STRING>>

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})<-[:PROSPECT_OF]-(prospect:Prospect)
USING INDEX SEEK member:Member(member_id)
WHERE prospect.became IS NULL
WITH prospect, member_id ORDER BY prospect.prospect_id
RETURN collect([prospect.prospect_id, member_id]) AS prospects
