// A member who has a standing below another one in a run, with the name that the viewer sees.
//
// mode:    fragment
// params:  run: INTEGER, member_id: STRING, reach: MAP
// returns: member: NODE, name: STRING
// insert:  top_within, within, first, end, name

MATCH (top:Standing {member_id: $member_id, run: $run})
USING INDEX SEEK top:Standing(member_id, run)
MATCH (below:Standing {member_id: member.member_id, run: $run})
USING INDEX SEEK below:Standing(member_id, run)
WHERE <<top_within>> AND below <> top AND coalesce(
  top.<<first>> < below.<<first>> < top.<<end>>, EXISTS { MATCH (below)-[:UNDER*1..]->(top) }
) AND <<within>>
WITH member, <<name>> AS name
