// One step of a walk: from `at` to the nearest standing above that keeps its place in the step's overlay.
//
// mode:    fragment
// params:  none
// returns: at: NODE, payees: LIST<NODE>
// insert:  from, overlay, carried, itself

OPTIONAL MATCH (<<from>>)-[:UNDER]->(parent)
WITH <<carried>>, at, payees, parent, rule.overlays[<<overlay>>] AS overlay
WITH <<carried>>, at, payees, parent, overlay,
  CASE WHEN parent.keeps[overlay] THEN null ELSE parent END AS gone
OPTIONAL MATCH (gone)-[into:COMPRESSED_INTO]->(above)
WHERE overlay IN into.overlays
WITH <<carried>>, payees, CASE <<itself>>WHEN gone IS NULL THEN parent ELSE above END AS at
WITH <<carried>>, at, payees + [at] AS payees
