// Mark the runs of some what-ifs as going away, and the replaced runs on which no other what-if rests or is computed.
//
// mode:    write
// params:  runs: LIST<INTEGER>
// returns: none

UNWIND $runs AS number
MATCH (run:Run {number: number})
WHERE run.state = 'what_if'
SET run.state = 'superseded'
WITH collect(run) AS gone
MATCH (base:Run {state: 'spared'})
WHERE NOT EXISTS { MATCH (other:Run {base: base.number}) WHERE other.state IN ['what_if', 'running'] }
SET base.state = 'superseded'
