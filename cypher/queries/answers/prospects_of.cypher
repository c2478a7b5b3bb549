// Ids of a page of a member's prospects, with some statuses or all, sorted.
//
// mode:    read
// params:  member_id: STRING, statuses: LIST<STRING>, after: STRING, before: STRING, first: INTEGER
// returns: prospect_ids: LIST<STRING>

MATCH (member:Member {member_id: $member_id})
USING INDEX SEEK member:Member(member_id)
RETURN COLLECT {
  MATCH (member)<-[:PROSPECT_OF]-(prospect:Prospect)
  WHERE ($statuses IS NULL OR prospect.status IN $statuses)
    AND prospect.prospect_id > $after AND prospect.prospect_id < $before
  RETURN prospect.prospect_id ORDER BY prospect.prospect_id LIMIT $first
} AS prospect_ids
