// Turn the live standings of a period into a run; nothing of it counts until it is complete.
//
// mode:    read-write
// params:  number: INTEGER, run_id: STRING, facts: MAP
// returns: number: INTEGER, cut: INTEGER, tree_hash: STRING, one_tree: BOOLEAN
//
// Only where they have seen the last change, and where no later run would come before them by number.

MATCH (run:Run {number: $number, state: 'live'})
WHERE NOT EXISTS { MATCH (later:Run) WHERE later.number > $number }
MATCH (company:Company {key: 'company'})
WHERE company.last_change = run.cut
SET run += $facts, run.run_id = $run_id, run.state = 'running',
  run.started_at = datetime(), run.heartbeat_at = datetime()
RETURN run.number AS number, run.cut AS cut, run.tree_hash AS tree_hash, coalesce(company.one_tree, true) AS one_tree
