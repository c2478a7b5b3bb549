// Members whose place in the compressed trees differs from the real one, on some levels, as rows by member id.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER, chosen: LIST<INTEGER>, overlays: LIST<MAP>
// returns: rows: LIST<LIST<ANY>>
// insert:  depth, keeps, reasons, figures, needed
//
// A member who keeps the place, right under a parent who does too, is left out: nothing is different there.

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= $first AND standing.depth <= $last
OPTIONAL MATCH (standing)-[:UNDER]->(parent)
WITH standing, parent, [<<keeps>>] AS keeps
WITH standing, parent, keeps, [overlay IN $chosen
  WHERE NOT keeps[overlay] OR NOT coalesce(parent.keeps[overlay], true)] AS different
WHERE size(different) > 0
WITH standing, parent, keeps, different, [<<reasons>>] AS reasons, [<<figures>>] AS figures, [<<needed>>] AS needed
UNWIND different AS overlay
WITH standing, parent, overlay, keeps, reasons, figures, needed,
  CASE WHEN parent.keeps[overlay] THEN null ELSE parent END AS gone
OPTIONAL MATCH (gone)-[into:COMPRESSED_INTO]->(above)
WHERE overlay IN into.overlays
WITH standing, parent, overlay, keeps, reasons, figures, needed, CASE WHEN gone IS NULL THEN parent ELSE above END AS keeper
ORDER BY overlay, standing.depth, standing.member_id
RETURN collect([
  overlay, standing.member_id, keeps[overlay], keeper.member_id,
  CASE WHEN parent IS NULL THEN 0 ELSE parent.<<depth>> - coalesce(keeper.<<depth>>, -1) END,
  CASE WHEN keeps[overlay] THEN null ELSE reasons[overlay] END,
  CASE WHEN keeps[overlay] THEN null ELSE figures[overlay] END,
  CASE WHEN keeps[overlay] THEN null ELSE needed[overlay] END
]) AS rows
