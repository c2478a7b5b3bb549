// A skipped standing is compressed into one that keeps its place, nearer to the root than itself.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: STRING, actual: STRING

MATCH (standing:Standing {run: $run})-[into:COMPRESSED_INTO]->(keeper)
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
WITH standing, keeper, into.overlays AS overlays, standing.keeps AS kept, keeper.keeps AS keeps
WHERE any(overlay IN overlays WHERE kept[overlay] OR NOT coalesce(keeps[overlay], false))
  OR keeper.run <> $run
  // CASE and not AND: the server would look for an enrolled depth everywhere, which most plans have nowhere.
  OR CASE WHEN keeper.depth < standing.depth THEN false
    ELSE coalesce(keeper.enrolled_depth >= standing.enrolled_depth, true) END
RETURN standing.member_id AS where, 'compressed into a keeper above' AS expected, keeper.member_id AS actual
LIMIT $shown
