// Transfers out of some standings, as rows: from, to, volume, reason; without a receiver the volume stayed where it was.
//
// mode:    read
// params:  none
// returns: rows: LIST<LIST<ANY>>
// insert:  chosen, order, receiver
//
// Who does not reach everybody is not told what happened beyond reach: neither that the volume found a receiver there,
// nor that there was none.

<<chosen>>
WITH standing
WHERE NOT standing.receives AND standing.own_volume <> 0
OPTIONAL MATCH (standing)-[push:PUSHED_UP]->(receiver:Standing)
WITH standing, push, receiver, <<receiver>> AS shown ORDER BY <<order>>
RETURN collect([
  standing.member_id, CASE WHEN shown THEN receiver.member_id END,
  CASE WHEN shown THEN coalesce(push.volume, standing.own_volume) ELSE standing.own_volume END,
  CASE WHEN shown THEN coalesce(push.reason, 'no_upline') ELSE 'beyond_reach' END
]) AS rows
