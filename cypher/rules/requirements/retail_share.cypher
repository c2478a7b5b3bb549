// Customers make at least a share of the commissionable volume, own or of the whole group.
//
// kind:    requirement
// needs:   group_customer_volume(of=group), group_commissionable_volume(of=group)
// params:  at_least: SHARE, of: ONE_OF<personal|group> = personal
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN
//
// Shares are per million, rounded down; where there is no volume the share is 0.

RETURN
  rule.at_least AS required,
  CASE WHEN rule.of = 'group' THEN
    CASE WHEN standing.group_customer_volume <= 0 OR standing.group_commissionable_volume <= 0 THEN 0
    ELSE standing.group_customer_volume * 1000000 / standing.group_commissionable_volume END
    ELSE CASE WHEN standing.customer_volume <= 0 OR standing.commissionable_volume <= 0 THEN 0
    ELSE standing.customer_volume * 1000000 / standing.commissionable_volume END END AS actual,
  CASE WHEN rule.of = 'group' THEN
    CASE WHEN standing.group_customer_volume <= 0 OR standing.group_commissionable_volume <= 0 THEN 0
    ELSE standing.group_customer_volume * 1000000 / standing.group_commissionable_volume END
    ELSE CASE WHEN standing.customer_volume <= 0 OR standing.commissionable_volume <= 0 THEN 0
    ELSE standing.customer_volume * 1000000 / standing.commissionable_volume END END >= rule.at_least AS passes
