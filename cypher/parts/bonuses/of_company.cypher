// The one standing that a rule of the whole company is asked with: the first root.
//
// mode:    fragment
// params:  run: INTEGER
// returns: source: NODE

MATCH (source:Standing {run: $run, depth: 0})
WITH source ORDER BY source.member_id LIMIT 1
