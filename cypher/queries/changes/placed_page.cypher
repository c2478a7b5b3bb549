// One page of members with their places today and what is kept of them, in order of their ids.
//
// mode:    read
// params:  after: STRING, size: INTEGER, keys: LIST<STRING>
// returns: members: LIST<STRING>, parents: LIST<STRING>, legs: LIST<STRING>, stored: LIST<LIST<INTEGER>>, planned: LIST<LIST<STRING>>
//
// `planned` are places that somebody takes on a later day: parent and leg.

MATCH (member:Member)
WHERE member.member_id > $after
WITH member ORDER BY member.member_id LIMIT $size
OPTIONAL MATCH (member)-[edge:PLACED_UNDER]->(parent:Member)
WITH member, parent.member_id AS parent_id, edge.leg AS leg, COLLECT {
  MATCH (member)-[later:WILL_PLACED_UNDER]->(above:Member)
  RETURN [above.member_id, later.leg]
} AS places
RETURN collect(member.member_id) AS members, collect(coalesce(parent_id, '')) AS parents,
  collect(coalesce(leg, '')) AS legs, collect([key IN $keys | coalesce(member[key], 0)]) AS stored,
  reduce(planned = [], each IN collect(places) | planned + each) AS planned
