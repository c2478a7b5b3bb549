// A fact supplied by the company, such as training done, reaches a figure.
//
// kind:    requirement
// params:  name: TEXT, at_least: COUNT = 1
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN

WITH *, coalesce(standing['fact_' + rule.name], 0) AS value
RETURN rule.at_least AS required, value AS actual, value >= rule.at_least AS passes
