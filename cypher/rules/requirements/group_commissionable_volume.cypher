// Commissionable volume of the member and everybody below reaches a figure.
//
// kind:    requirement
// needs:   group_commissionable_volume
// params:  at_least: VOLUME
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN

WITH *, standing.group_commissionable_volume AS volume
RETURN rule.at_least AS required, volume AS actual, volume >= rule.at_least AS passes
