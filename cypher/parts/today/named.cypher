// Those of some members who are below a member in one tree today, each with the level.
//
// mode:    fragment
// params:  filter: MAP
// returns: below: NODE, level: INTEGER
// insert:  open

UNWIND $filter.named AS named_id
MATCH (below:Member {member_id: named_id})
USING INDEX SEEK below:Member(member_id)
MATCH path = (below)-[:<<open>>*1..]->(top)
WITH below, length(path) AS level, last(relationships(path)).leg AS branch
WHERE $filter.legs IS NULL OR toLower(branch) IN $filter.legs
