// The first step of a walk that may begin with the source: who keeps a place there is level 1 of the own order.
//
// mode:    fragment
// params:  none
// returns: at: NODE, payees: LIST<NODE>
// insert:  from, overlay, carried

OPTIONAL MATCH (<<from>>)-[:UNDER]->(parent:Standing)
WITH <<carried>>, at, payees, parent, rule.overlays[<<overlay>>] AS overlay
WITH <<carried>>, at, payees, parent, overlay, rule.from_self AND source.keeps[overlay] AS itself,
  CASE WHEN parent.keeps[overlay] THEN null ELSE parent END AS gone
OPTIONAL MATCH (gone)-[into:COMPRESSED_INTO]->(above:Standing)
WHERE into.overlay = overlay
WITH <<carried>>, payees, CASE WHEN itself THEN source WHEN gone IS NULL THEN parent ELSE above END AS at
WITH <<carried>>, at, payees + [at] AS payees
