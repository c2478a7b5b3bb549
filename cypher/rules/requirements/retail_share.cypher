// Customers make at least a share of the commissionable volume, own or of the whole group.
//
// kind:    requirement
// needs:   group_customer_volume(of=group), group_commissionable_volume(of=group)
// params:  at_least: SHARE, of: ONE_OF<personal|group> = personal
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN
//
// Shares are per million, rounded down; where there is no volume the share is 0.

WITH *,
  CASE WHEN rule.of = 'group' THEN standing.group_customer_volume ELSE standing.customer_volume END AS retail,
  CASE WHEN rule.of = 'group' THEN standing.group_commissionable_volume ELSE standing.commissionable_volume END AS volume
WITH *, CASE WHEN retail <= 0 OR volume <= 0 THEN 0 ELSE retail * 1000000 / volume END AS share
RETURN rule.at_least AS required, share AS actual, share >= rule.at_least AS passes
