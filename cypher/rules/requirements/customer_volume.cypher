// Customers' commissionable volume reaches a figure, own or of the whole group.
//
// kind:    requirement
// needs:   group_customer_volume(of=group)
// params:  at_least: VOLUME, of: ONE_OF<personal|group> = personal
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN

WITH *, CASE WHEN rule.of = 'group' THEN standing.group_customer_volume ELSE standing.customer_volume END AS volume
RETURN rule.at_least AS required, volume AS actual, volume >= rule.at_least AS passes
