// Compute one standing's state of a flow, and keep it under a name of its own.
//
// mode:    fragment
// params:  rule: MAP, state: STRING
// returns: none
// insert:  before, flow, kept

CALL (standing) {
  <<before>>
}
CALL (standing, before) {
  WITH standing, before, $rule AS rule
  <<flow>>
}
<<kept>>
