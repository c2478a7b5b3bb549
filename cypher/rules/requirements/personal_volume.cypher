// Own volume of the period reaches a figure.
//
// kind:    requirement
// params:  at_least: VOLUME
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN

RETURN
  rule.at_least AS required,
  standing.personal_volume AS actual,
  standing.personal_volume >= rule.at_least AS passes
