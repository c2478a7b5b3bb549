// How many prospects a member has, with some statuses or all.
//
// mode:    read
// params:  member_id: STRING, statuses: LIST<STRING>
// returns: prospects: INTEGER

MATCH (member:Member {member_id: $member_id})
USING INDEX SEEK member:Member(member_id)
RETURN COUNT {
  (member)<-[:PROSPECT_OF]-(prospect:Prospect)
  WHERE $statuses IS NULL OR prospect.status IN $statuses
} AS prospects
