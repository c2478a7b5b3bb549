// The next members of one member's group by id, the member included, found in the order of the index.
//
// mode:    fragment
// params:  run: INTEGER, from: STRING, batch: INTEGER, span_first: INTEGER, span_end: INTEGER, deepest: INTEGER
// returns: source: NODE
// insert:  first, depth, sources
//
// It reads members of other groups too, and stops when the batch is full: the larger the group, the fewer they are.

MATCH (source:Standing)
USING INDEX source:Standing(member_id, run)
WHERE source.member_id >= $from AND source.run = $run AND $span_first <= source.<<first>> < $span_end
  AND ($deepest IS NULL OR source.<<depth>> <= $deepest) AND <<sources>>
WITH source ORDER BY source.member_id LIMIT $batch
