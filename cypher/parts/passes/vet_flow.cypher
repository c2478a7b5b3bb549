// Ask the server whether a company's flow rule is sound; it is explained, never run.
//
// mode:    read
// params:  rule: MAP
// returns: state: LIST<INTEGER>
// insert:  flow

MATCH (standing:Standing {run: 0})
CALL (standing) {
  WITH standing, [0] AS before, $rule AS rule
  <<flow>>
}
RETURN state
