// Ask the server whether a company's compression or push rule is sound; it is explained, never run.
//
// mode:    read
// params:  rule: MAP
// returns: none
// insert:  rule

MATCH (standing:Standing {run: 0})
WITH standing, $rule AS rule
<<rule>>
