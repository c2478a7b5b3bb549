// Transfers out of some standings, as rows: from, to, volume, reason; without a receiver the volume stayed where it was.
//
// mode:    read
// params:  none
// returns: rows: LIST<LIST<ANY>>
// insert:  chosen, order, receiver

<<chosen>>
WITH standing
WHERE NOT standing.receives AND standing.own_volume <> 0
OPTIONAL MATCH (standing)-[push:PUSHED_UP]->(receiver:Standing)
WITH standing, push, receiver ORDER BY <<order>>
RETURN collect([
  standing.member_id, CASE WHEN <<receiver>> THEN receiver.member_id END, coalesce(push.volume, standing.own_volume),
  coalesce(push.reason, 'no_upline')
]) AS rows
