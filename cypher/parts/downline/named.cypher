// Those of some members who are below a standing: by the spans of both, or by walking up where a run has no spans.
//
// mode:    fragment
// params:  run: INTEGER, filter: MAP
// returns: below: NODE
// insert:  first, end

UNWIND $filter.named AS named_id
MATCH (below:Standing {member_id: named_id, run: $run})
USING INDEX SEEK below:Standing(member_id, run)
WHERE below <> top AND coalesce(
  top.<<first>> < below.<<first>> < top.<<end>>, EXISTS { MATCH (below)-[:UNDER*1..]->(top) }
) AND ($filter.legs IS NULL OR EXISTS {
  MATCH (below) (()-[:UNDER]->()){0,} (head)-[branch:UNDER]->(top)
  WHERE toLower(branch.leg) IN $filter.legs
})
