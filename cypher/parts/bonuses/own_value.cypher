// The member's own value as a row of one: a fact times a unit, not below 0 and at most the highest that the plan allows.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  name, node

[CASE
  WHEN coalesce(<<node>>[rule.<<name>>_figure], 0) <= 0 THEN 0
  WHEN <<node>>[rule.<<name>>_figure] > rule.<<name>>_most[0] / rule.<<name>>_unit THEN rule.<<name>>_most[0]
  ELSE <<node>>[rule.<<name>>_figure] * rule.<<name>>_unit END]
