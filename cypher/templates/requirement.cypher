// Describe in one sentence what a member must reach.
//
// kind:    requirement
// params:  at_least: VOLUME
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN

RETURN
  rule.at_least AS required,
  standing.customer_volume AS actual,
  standing.customer_volume >= rule.at_least AS passes
