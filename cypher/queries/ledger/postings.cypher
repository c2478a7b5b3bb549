// What was booked by hand or proposed, the latest first: all of it, or that of a state or a member.
//
// mode:    read
// params:  state: STRING, member_id: STRING, most: INTEGER
// returns: batch: MAP

MATCH (batch:Batch)
WHERE batch.posting > 0
  AND ($state IS NULL OR batch.state = $state) AND ($member_id IS NULL OR batch.member_id = $member_id)
RETURN batch {.*} AS batch
ORDER BY batch.posting DESC
LIMIT $most
