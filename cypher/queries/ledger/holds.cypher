// Holds that count and of which something is still held: one number, those of a member, or all.
//
// mode:    read
// params:  member_id: STRING, number: INTEGER, active: STRING, most: INTEGER
// returns: hold: MAP, left: INTEGER, qualifies: BOOLEAN
//
// What is proposed counts as ended: nobody ends the same hold twice.

MATCH (hold:Batch)
WHERE hold.posting > 0 AND hold.kind = 'hold' AND hold.state = 'booked'
  AND ($member_id IS NULL OR hold.member_id = $member_id) AND ($number IS NULL OR hold.posting = $number)
CALL (hold) {
  MATCH (ending:Batch)
  WHERE ending.posting > 0 AND ending.hold = hold.posting AND ending.state <> 'rejected'
  RETURN sum(ending.amount) AS ended
}
WITH hold, hold.amount - ended AS left
WHERE left > 0
RETURN hold {.*} AS hold, left,
  coalesce(hold.release_when = $active, false) AND EXISTS {
    MATCH (standing:Standing {member_id: hold.member_id})
    WHERE standing.run IS NOT NULL AND standing.active
    MATCH (run:Run {number: standing.run})
    WHERE run.committed_at IS NOT NULL AND run.last_day >= hold.day
  } AS qualifies
ORDER BY hold.posting
LIMIT $most
