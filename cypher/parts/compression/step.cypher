// One step of a walk: the nearest standing above that keeps its place in the step's overlay.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  from, overlay, carried, itself, to

OPTIONAL MATCH (<<from>>)-[:UNDER]->(parent)
WITH <<carried>>, parent, rule.overlays[<<overlay>>] AS overlay
WITH <<carried>>, parent, overlay, CASE WHEN parent.keeps[overlay] THEN null ELSE parent END AS gone
OPTIONAL MATCH (gone)-[into:COMPRESSED_INTO]->(above)
WHERE overlay IN into.overlays
WITH <<carried>>, CASE <<itself>> WHEN gone IS NULL THEN parent ELSE above END AS <<to>>
