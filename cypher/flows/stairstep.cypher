// A member's group as a stairstep sees it: the bracket's rate, what the group is paid on, and what counts for brackets.
//
// kind:    flow
// order:   up
// carries: yes
// params:  none
// returns: state: LIST<INTEGER>
// shows:   own_bracket: RATE = state[0], group_paid_on: VOLUME = state[1], volume_for_brackets: VOLUME = CASE WHEN rule.accumulated THEN state[4] ELSE state[2] END, the_upline_deducts: RATE = state[3]
//
// The list holds, by place: 0 the rate that the member earns; 1 the group's volume to pay on; 2 its volume for
// brackets; 3 the rate that the member's upline deducts; 4 the bracket volume accumulated over all periods so
// far; 5 the member's own volume that is not deducted (own orders of `not_deducted_kinds`). With a `border`,
// groups of active members of that rank or higher are cut off.

WITH standing AS source, before, rule
CALL (source, rule) {
  WITH source, rule WHERE size(rule.not_deducted_kinds) > 0
  <<orders>>
  WITH rule, order WHERE order.kind IN rule.not_deducted_kinds AND order.customer_id IS NULL
  RETURN sum(CASE rule.pay_on WHEN 'bv' THEN order.commissionable_volume ELSE order.qualifying_volume END) AS apart
}
CALL (source, rule) {
  OPTIONAL MATCH (source)<-[:UNDER]-(below:Standing)
  WHERE rule.border IS NULL OR NOT (below.active AND below.rank >= rule.border)
  RETURN sum(below[rule.state][1]) AS paid_below, sum(below[rule.state][2]) AS counted_below
}
WITH rule, before, apart,
  paid_below + CASE rule.pay_on WHEN 'bv' THEN source.commissionable_volume ELSE source.personal_volume END AS paid,
  counted_below
    + CASE rule.bracket_on WHEN 'bv' THEN source.commissionable_volume ELSE source.personal_volume END AS counted
WITH rule, apart, paid, counted, coalesce(before[4], 0) + CASE WHEN counted > 0 THEN counted ELSE 0 END AS accumulated
WITH rule, apart, paid, counted, accumulated,
  CASE WHEN rule.accumulated THEN accumulated ELSE counted END AS reached
WITH rule, apart, paid, counted, accumulated,
  [bracket IN reverse(rule.brackets) WHERE reached >= bracket[0] | bracket[1]][0] AS rate
RETURN [
  coalesce(rate, CASE WHEN rule.below_first_paid THEN rule.below_first ELSE 0 END),
  paid, counted, coalesce(rate, rule.below_first), accumulated, apart
] AS state
