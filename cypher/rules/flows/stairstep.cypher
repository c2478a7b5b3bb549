// A member's group as a stairstep sees it: the bracket's rate, what the group is paid on, and what counts for brackets.
//
// kind:    flow
// order:   up
// carries: yes(accumulated, !reached=now)
// params:  none
// returns: state: LIST<INTEGER>
// shows:   own_bracket: RATE = state[0], group_paid_on: VOLUME = state[1], volume_for_brackets: VOLUME = CASE WHEN rule.accumulated THEN state[4] ELSE state[2] END, the_upline_deducts: RATE = state[3]
//
// The list holds, by place: 0 the rate that the member earns; 1 the group's volume to pay on; 2 its volume for
// brackets; 3 the rate that the member's upline deducts; 4 the bracket volume accumulated over all periods so
// far; 5 the member's own volume that is not deducted (own orders of `not_deducted_kinds`). With a `border`,
// groups of active members of that rank or higher are cut off. 6 and on, of inactive members who pass everything on:
// what the next above earns on, by what is deducted from it: nothing, `below_first`, and each bracket's rate. Last, where
// periods below 0 took accumulated volume and no later one has made up for it: that volume. It lowers nothing, but what
// was returned does not count again.

WITH standing AS source, before, rule
CALL (source, rule) {
  WITH source, rule WHERE size(rule.not_deducted_kinds) > 0
  <<orders>>
  WITH rule, order WHERE order.kind IN rule.not_deducted_kinds AND order.customer_id IS NULL
  RETURN sum(CASE rule.pay_on WHEN 'bv' THEN order.commissionable_volume ELSE order.qualifying_volume END) AS apart
}
CALL (source, rule) {
  OPTIONAL MATCH (source)<-[:UNDER]-(below)
  WHERE rule.border IS NULL OR NOT (below.active AND below.rank >= rule.border)
  RETURN sum(below[rule.state][1]) AS paid_below, sum(below[rule.state][2]) AS counted_below
}
CALL (source, rule, apart) {
  WITH source, rule, apart WHERE rule.inactive = 'pass' AND NOT source.active
  OPTIONAL MATCH (source)<-[:UNDER]-(below)
  WHERE rule.border IS NULL OR NOT (below.active AND below.rank >= rule.border)
  WITH source, rule, below, below[rule.state] AS line,
    [0, rule.below_first] + [bracket IN rule.brackets | bracket[1]] AS rates
  UNWIND CASE WHEN below IS NULL THEN [[0, 0]]
    WHEN below.active THEN [[line[3], line[1] - line[5]], [0, line[5]]]
    ELSE [place IN range(0, size(rates) - 1) | [rates[place], line[6 + place]]] END AS part
  WITH source, rule, rates, part[0] AS rate, sum(part[1]) AS volume
  WITH source, rule, rates, collect([rate, volume]) AS parts
  RETURN [place IN range(0, size(rates) - 1) | CASE WHEN rates[place] IN rates[..place] THEN 0 ELSE
    reduce(total = CASE WHEN place > 0 THEN 0 WHEN rule.pay_on = 'bv' THEN source.commissionable_volume
      ELSE source.personal_volume END, part IN parts |
      total + CASE WHEN part[0] = rates[place] THEN part[1] ELSE 0 END) END] AS passed
  UNION
  WITH source, rule WHERE rule.inactive <> 'pass' OR source.active
  RETURN [] AS passed
}
WITH source, rule, before, apart, passed,
  paid_below + CASE rule.pay_on WHEN 'bv' THEN source.commissionable_volume ELSE source.personal_volume END AS paid,
  counted_below
    + CASE rule.bracket_on WHEN 'bv' THEN source.commissionable_volume ELSE source.personal_volume END AS counted
WITH rule, before, apart, passed, paid, counted, counted - CASE
  WHEN size(before) IN [7, 9 + size(rule.brackets)] THEN before[size(before) - 1] ELSE 0 END AS new
WITH rule, before, apart, passed, paid, counted, coalesce(before[4], 0) + CASE WHEN new > 0 THEN new ELSE 0 END AS accumulated,
  CASE WHEN rule.accumulated AND new < 0 THEN [-new] ELSE [] END AS owed
WITH rule, apart, passed, paid, counted, accumulated, owed,
  CASE WHEN rule.accumulated THEN accumulated ELSE counted END AS now,
  coalesce(CASE WHEN rule.accumulated THEN before[4] ELSE before[2] END, 0) AS earlier
WITH rule, apart, passed, paid, counted, accumulated, owed,
  CASE WHEN rule.reached = 'before' OR (rule.reached = 'higher' AND earlier > now) THEN earlier ELSE now END AS reached
WITH rule, apart, passed, paid, counted, accumulated, owed,
  [bracket IN reverse(rule.brackets) WHERE reached >= bracket[0] | bracket[1]][0] AS rate
RETURN [
  coalesce(rate, CASE WHEN rule.below_first_paid THEN rule.below_first ELSE 0 END),
  paid, counted, coalesce(rate, rule.below_first), accumulated, apart
] + passed + owed AS state
