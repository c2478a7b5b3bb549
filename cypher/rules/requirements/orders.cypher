// Enough orders were placed in the period: own ones, those of customers, or both, perhaps of some kinds or size only.
//
// kind:    requirement
// needs:   orders_placed, order_kinds(kinds), order_volumes(volume)
// params:  at_least: COUNT = 1, on: ONE_OF<own|customers|all> = own, kinds: TEXTS = null, volume: VOLUME = null
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN
//
// An order counts that brings volume of either kind, and is of one of the `kinds` and has qualifying `volume` at least
// where those are given: one loyalty order of 100, for example. Refunds neither count nor take an order back.

WITH *, coalesce(standing.orders_placed, [0, 0]) AS placed
WITH *,
  size([place IN
    range(CASE rule.on WHEN 'customers' THEN placed[0] ELSE 0 END, CASE rule.on WHEN 'own' THEN placed[0] ELSE placed[0] + placed[1] END - 1)
    WHERE (rule.kinds IS NULL OR standing.order_kinds[place] IN rule.kinds)
      AND (rule.volume IS NULL OR standing.order_volumes[place] >= rule.volume)]) AS orders
RETURN rule.at_least AS required, orders AS actual, orders >= rule.at_least AS passes
