// The rows of a page in the order of group volume, of a group so large that the index of the whole run has them sooner.
//
// mode:    fragment
// params:  run: INTEGER, first: INTEGER, least: INTEGER, most: INTEGER, members: INTEGER, entries: INTEGER
// returns: below: NODE, level: INTEGER, figure: ANY
// insert:  level, meets, figure, between, direction, tie, rows
//
// A group of G among N members has about every (N / G)th entry of the index: a page of p takes p * N / G of them, and a
// walk takes G. The index sorts members with the same figure downward where figures go downward, and they are to go
// upward: so those with the last figure of the page are read again, in their own order. Whatever is not found within
// some entries is found by the walk.

CALL (top, inherits) {
  WITH top, inherits, CASE WHEN (top.span_end - top.span_first) ^ 2 > $first * $members THEN $run END AS sought
  CALL (top, inherits, sought) {
    MATCH (below:Standing)
    USING INDEX SEEK below:Standing(run, group_volume, member_id, span_first)
    WHERE below.run = sought AND $least <= below.group_volume <= $most
      AND below.member_id >= '' AND below.span_first >= 0
    WITH top, inherits, below ORDER BY below.run <<direction>>, below.group_volume <<direction>> LIMIT $entries
    WITH top, inherits, below WHERE top.span_first < below.span_first < top.span_end
    WITH top, inherits, below, <<level>> AS level, <<figure>> AS figure
    WHERE <<meets>> AND <<between>>
    WITH below LIMIT $first
    RETURN collect(below) AS some
  }
  WITH top, inherits, sought, some, CASE WHEN size(some) = $first THEN some[-1].group_volume END AS edge
  CALL (top, inherits, sought, edge) {
    MATCH (below:Standing)
    USING INDEX SEEK below:Standing(run, group_volume, member_id, span_first)
    WHERE below.run = sought AND below.group_volume = edge AND below.member_id >= '' AND below.span_first >= 0
    WITH top, inherits, below
    ORDER BY below.run <<tie>>, below.group_volume <<tie>>, below.member_id <<tie>> LIMIT $entries
    WITH top, inherits, below WHERE top.span_first < below.span_first < top.span_end
    WITH top, inherits, below, <<level>> AS level, <<figure>> AS figure
    WHERE <<meets>> AND <<between>>
    WITH below LIMIT $first
    RETURN collect(below) AS same
  }
  WITH [each IN some WHERE each.group_volume <> edge] AS sure, same
  RETURN CASE WHEN size(sure) + size(same) >= $first THEN sure + same[..$first - size(sure)] ELSE [] END AS listed
}
CALL (top, inherits, listed) {
  WITH top, inherits WHERE size(listed) = 0
  <<rows>>
  RETURN below, level, figure
  UNION ALL
  UNWIND listed AS below
  RETURN below, <<level>> AS level, <<figure>> AS figure
}
WITH below, level, figure ORDER BY figure <<direction>>, below.member_id <<tie>>
