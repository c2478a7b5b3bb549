// What a plan's push rule decides about some standings, by the volumes from before anything was pushed up.
//
// mode:    read
// params:  rule: MAP
// returns: member_id: STRING, receives: BOOLEAN, volume: INTEGER, reason: STRING
// insert:  chosen, receives, volume, reason

<<chosen>>
WITH standing, $rule AS rule
RETURN standing.member_id AS member_id, <<receives>> AS receives, <<volume>> AS volume, <<reason>> AS reason
ORDER BY member_id
