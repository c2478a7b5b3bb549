// Pages of what reached some members by push-up, by the member that it left.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, after: STRING, before: STRING, first: INTEGER
// returns: to_id: STRING, rows: LIST<LIST<ANY>>, total: INTEGER
// insert:  receiver, giver

UNWIND $member_ids AS member_id
MATCH (receiver:Standing {member_id: member_id, run: $run})
USING INDEX SEEK receiver:Standing(member_id, run)
WHERE <<receiver>>
CALL (receiver) {
  MATCH (receiver)<-[push:PUSHED_UP]-(giver:Standing)
  WHERE push.volume <> 0 AND <<giver>>
  RETURN collect([giver.member_id, receiver.member_id, push.volume, push.reason]) AS transfers
}
CALL (transfers) {
  UNWIND transfers AS row
  WITH row, row[0] AS giver_id
  WHERE giver_id > $after AND giver_id < $before
  WITH row, giver_id ORDER BY giver_id LIMIT $first
  RETURN collect(row) AS rows
}
RETURN receiver.member_id AS to_id, rows, size(transfers) AS total
