// One step of a walk: from `at` to the nearest standing above that keeps its place in the step's overlay.
//
// mode:    fragment
// params:  none
// returns: at: NODE, payees: LIST<NODE>

OPTIONAL MATCH (at)-[:UNDER]->(parent:Standing)
WITH source, rule, payees, parent,
  CASE WHEN parent.keeps[rule.overlays[size(payees)]] THEN null ELSE parent END AS gone
OPTIONAL MATCH (gone)-[into:COMPRESSED_INTO]->(above:Standing)
WHERE into.overlay = rule.overlays[size(payees)]
WITH source, rule, payees, CASE WHEN gone IS NULL THEN parent ELSE above END AS at
WITH source, rule, at, payees + [at] AS payees
