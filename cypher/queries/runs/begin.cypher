// Open a run under a new number; nothing of it counts until it is complete. No row: another run is under way, or
// the period is in review or committed. The request that it answers is kept with its number.
//
// mode:    read-write
// params:  run_id: STRING, facts: MAP, requests: LIST<MAP>, line: STRING, key: STRING, last_day: STRING
// returns: number: INTEGER, cut: INTEGER, one_tree: BOOLEAN
//
// The first SET takes the lock, so that of two that begin at once the second one sees the first. `line` is how the texts
// of closed periods of the plan and calendar begin, their last day follows; '' for a run that becomes no result.

MERGE (company:Company {key: 'company'})
SET company.key = company.key
WITH company
WHERE NOT EXISTS { MATCH (other:Run {state: 'running'}) }
  AND ($line = '' OR NOT $key IN coalesce(company.in_review, []) AND none(closed IN coalesce(company.closed, []) WHERE
    closed STARTS WITH $line AND substring(closed, size($line), 10) >= $last_day))
SET company.last_run = coalesce(company.last_run, 0) + 1
CREATE (run:Run {number: company.last_run, run_id: $run_id, state: 'running', cut: coalesce(company.last_change, 0)})
SET run += $facts, run.started_at = datetime(), run.heartbeat_at = datetime()
FOREACH (each IN $requests |
  MERGE (request:Request {key: each.key})
  ON CREATE SET request += each, request.run = run.number, request.recorded_at = datetime(),
    request.answer = '{"run": ' + toString(run.number) + '}'
)
RETURN run.number AS number, run.cut AS cut, coalesce(company.one_tree, true) AS one_tree
