// Enough orders were placed in the period: own ones, those of customers, or both.
//
// kind:    requirement
// needs:   orders_placed
// params:  at_least: COUNT = 1, on: ONE_OF<own|customers|all> = own
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN
//
// An order counts that brings volume of either kind; refunds neither count nor take an order back.

RETURN
  rule.at_least AS required,
  coalesce(CASE rule.on WHEN 'own' THEN standing.orders_placed[0] WHEN 'customers' THEN standing.orders_placed[1]
    ELSE standing.orders_placed[0] + standing.orders_placed[1] END, 0) AS actual,
  coalesce(CASE rule.on WHEN 'own' THEN standing.orders_placed[0] WHEN 'customers' THEN standing.orders_placed[1]
    ELSE standing.orders_placed[0] + standing.orders_placed[1] END, 0) >= rule.at_least AS passes
