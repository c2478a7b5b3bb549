// Send the volume of one standing that may not keep it to the nearest standing above that receives.
//
// mode:    fragment
// params:  rule: MAP
// returns: none
// insert:  volume, reason
//
// The parent was visited before: it receives, or knows its own receiver, so one step is always enough. Those
// with nothing to send are kept where somebody below may need them as a step.

WITH standing, $rule AS rule
WHERE NOT standing.receives
MATCH (standing)-[:UNDER]->(parent)
WITH standing, parent, <<volume>> AS volume, <<reason>> AS reason
WHERE volume <> 0 OR EXISTS { (standing)<-[:UNDER]-() }
WITH standing, parent, volume, reason, CASE WHEN parent.receives THEN null ELSE parent END AS passing
OPTIONAL MATCH (passing)-[:PUSHED_UP]->(above:Standing)
WITH standing, volume, reason, CASE WHEN passing IS NULL THEN parent ELSE above END AS receiver
WHERE receiver IS NOT NULL
CREATE (standing)-[:PUSHED_UP {volume: volume, reason: reason}]->(receiver)
