// Open a restated run under a new number, beside the run under way that needs it. It never becomes a result.
//
// mode:    read-write
// params:  facts: MAP
// returns: number: INTEGER

MATCH (company:Company {key: 'company'})
SET company.last_run = coalesce(company.last_run, 0) + 1
CREATE (run:Run {number: company.last_run})
SET run += $facts, run.state = 'restating', run.started_at = datetime(), run.heartbeat_at = datetime()
RETURN run.number AS number
