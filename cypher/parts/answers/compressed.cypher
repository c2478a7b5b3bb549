// The place of some members in one compressed tree: the parent, and everybody who was skipped on the way.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, overlay: INTEGER, overlays: LIST<MAP>, most: INTEGER, reach: MAP
// returns: member_id: STRING, keeper_id: STRING, skipped: INTEGER, steps: LIST<LIST<ANY>>
// insert:  depth, keeps, reason, figure, needed, start, seen, keeper, name
//
// `steps` begins with the member and goes up to the last one skipped, `most` of them at most: member, name,
// whether the place is kept, the reason why not, the figure and what was needed. `skipped` counts all of them. Those
// beyond reach are neither listed nor counted.

UNWIND $member_ids AS member_id
MATCH (start:Standing {member_id: member_id, run: $run})
USING INDEX SEEK start:Standing(member_id, run)
WHERE <<start>>
OPTIONAL MATCH (start)-[:UNDER]->(parent)
WITH start, parent, CASE WHEN parent.keeps[$overlay] THEN null ELSE parent END AS gone
OPTIONAL MATCH (gone)-[into:COMPRESSED_INTO]->(above)
WHERE $overlay IN into.overlays
WITH start, parent, CASE WHEN gone IS NULL THEN parent ELSE above END AS keeper
WITH start, keeper,
  CASE WHEN parent IS NULL THEN 0 ELSE parent.<<depth>> - coalesce(keeper.<<depth>>, -1) END AS skipped
WITH start, keeper, skipped, start.<<depth>> - CASE WHEN skipped > $most AND $reach.all THEN $most ELSE skipped END AS last
CALL (start, last) {
  MATCH (start) (()-[:UNDER]->(step WHERE step.<<depth>> >= last)){0,} (standing)
  WITH standing WHERE <<seen>>
  WITH standing ORDER BY standing.<<depth>> DESC
  OPTIONAL MATCH (member:Member {member_id: standing.member_id})
  USING INDEX SEEK member:Member(member_id)
  RETURN collect([standing.member_id, <<name>>, <<keeps>>, <<reason>>, <<figure>>, <<needed>>]) AS steps
}
RETURN start.member_id AS member_id, CASE WHEN <<keeper>> THEN keeper.member_id END AS keeper_id,
  CASE WHEN $reach.all THEN skipped ELSE size(steps) - 1 END AS skipped, steps[..$most + 1] AS steps
