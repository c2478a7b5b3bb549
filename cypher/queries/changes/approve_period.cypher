// Note that a person has approved the results of a run, as the result of a period.
//
// mode:    write
// params:  key: STRING, facts: MAP
// returns: none

MERGE (approval:Approval {period: $key, actor: $facts.actor, results_hash: $facts.results_hash})
SET approval += $facts
