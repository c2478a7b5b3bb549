// Groups that hang on one leg: the largest leg's share of all members below, the largest groups first.
//
// mode:    read
// params:  run: INTEGER, least: INTEGER = 20, share_ppm: INTEGER = 800000, shown: INTEGER = 50
// returns: member_id: STRING, name: STRING, legs: INTEGER, below: INTEGER, largest_leg: STRING, in_largest: INTEGER, largest_share_ppm: INTEGER
// areas:   people, names
//
// Members are counted in the run's tree, those of a single leg too. Groups with fewer than `least` members below are left
// out.

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= 0 AND standing.span_end - standing.span_first > $least
WITH standing, standing.span_end - standing.span_first - 1 AS below
CALL (standing) {
  MATCH (standing)<-[:UNDER]-(leg)
  WITH leg ORDER BY leg.span_end - leg.span_first DESC, leg.member_id
  RETURN collect(leg.span_end - leg.span_first) AS sizes, collect(leg.member_id) AS ids
}
WITH standing, below, sizes, ids, sizes[0] * 1000000 / below AS share
WHERE share >= $share_ppm
WITH standing, below, sizes, ids, share ORDER BY below DESC, standing.member_id LIMIT $shown
MATCH (member:Member {member_id: standing.member_id})
USING INDEX SEEK member:Member(member_id)
RETURN standing.member_id AS member_id, member.name AS name, size(sizes) AS legs, below, ids[0] AS largest_leg,
  sizes[0] AS in_largest, share AS largest_share_ppm
ORDER BY below DESC, member_id
