// Enough customers bought something in the period, each at least a volume.
//
// kind:    requirement
// needs:   customer_volumes
// params:  at_least: COUNT, volume: VOLUME = 0
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN
//
// A customer whose refunds take back all of the period's volume does not count.

WITH *, size([bought IN coalesce(standing.customer_volumes, []) WHERE bought > 0 AND bought >= rule.volume]) AS customers
RETURN rule.at_least AS required, customers AS actual, customers >= rule.at_least AS passes
