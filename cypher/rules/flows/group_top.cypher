// The level of the leader of a member's group, or the root of a tree where no leader is above.
//
// kind:    flow
// order:   down
// params:  none
// returns: state: LIST<INTEGER>
// shows:   the_leader_stands_on_level: COUNT = state[0]

OPTIONAL MATCH (standing)-[:UNDER]->(parent)
RETURN [CASE
  WHEN parent IS NULL OR (standing.rank >= rule.border AND NOT standing.status IN ['terminated', 'customer']
    AND (standing.active OR rule.inactive = 'keep'))
  THEN coalesce(CASE rule.tree WHEN 'sponsor' THEN standing.enrolled_depth END, standing.depth)
  ELSE parent[rule.state][0] END] AS state
