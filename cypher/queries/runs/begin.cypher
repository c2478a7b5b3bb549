// Open a run under a new number; nothing of it counts until it is complete.
//
// mode:    read-write
// params:  run_id: STRING, facts: MAP
// returns: number: INTEGER, cut: INTEGER, one_tree: BOOLEAN

MERGE (company:Company {key: 'company'})
SET company.last_run = coalesce(company.last_run, 0) + 1
CREATE (run:Run {number: company.last_run, run_id: $run_id, state: 'running', cut: coalesce(company.last_change, 0)})
SET run += $facts, run.started_at = datetime(), run.heartbeat_at = datetime()
RETURN run.number AS number, run.cut AS cut, coalesce(company.one_tree, true) AS one_tree
