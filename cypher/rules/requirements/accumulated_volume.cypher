// Volume of all periods so far reaches a figure; a period below 0 never lowers it.
//
// kind:    requirement
// needs:   accumulated_group_volume(of=group), accumulated_personal_volume(of=personal)
// params:  at_least: VOLUME, of: ONE_OF<group|personal> = group
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN
//
// All periods: those of an unbroken row of runs of the plan on the same calendar, up to this one.

WITH *, CASE WHEN rule.of = 'group' THEN standing.accumulated_group_volume ELSE standing.accumulated_personal_volume END AS volume
RETURN rule.at_least AS required, volume AS actual, volume >= rule.at_least AS passes
