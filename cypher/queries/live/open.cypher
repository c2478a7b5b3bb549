// A run whose standings and volumes are ready becomes the live one; the earlier live ones of its period and plan go.
//
// mode:    read-write
// params:  run: INTEGER, members: INTEGER, tree_hash: STRING
// returns: earlier: LIST<INTEGER>

MATCH (run:Run {number: $run})
SET run.state = 'live', run.members = $members, run.tree_hash = $tree_hash, run.refreshed_at = datetime(),
  run.numbered_at = datetime()
WITH run
OPTIONAL MATCH (older:Run {period: run.period, plan: run.plan, state: 'live'})
WHERE older.number < run.number
SET older.state = 'superseded'
RETURN collect(older.number) AS earlier
