// Stairstep: the rate of a member's bracket on the whole group, less what each line below computes for itself.
//
// kind:    bonus
// scope:   payee
// basis:   volume
// flow:    stairstep
// params:  brackets: TIERS, bracket_on: ONE_OF<pv|bv> = pv, pay_on: ONE_OF<pv|bv> = bv, accumulated: BOOLEAN = false, below_first: RATE = 0, below_first_paid: BOOLEAN = false, not_deducted_kinds: TEXTS = [], border: RANK = null, reached: ONE_OF<now|before|higher> = now, inactive: ONE_OF<deduct|pass> = deduct, tree: TREE = main, base: FACTOR = 1
// only:    below_first_paid(below_first)
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER, origin: NODE
//
// pv is qualifying, bv commissionable volume. One line for own volume at the full rate, and one for each
// frontline member at the full rate less the frontline member's; at the same bracket there is nothing to pay.
// Below the first bracket a member earns nothing, but the upline deducts `below_first`, as if it were paid
// (with `below_first_paid` it is). Own orders of `not_deducted_kinds`, such as joining volume, count in every
// group and bracket, earn the member nothing, and the sponsor the full rate; from there up they are part of the
// sponsor's group. With a `border`, a leader's group has broken away: it counts in no bracket above.
// `reached` says whose bracket it is: that of this period's volume, that of the period before, as where titles
// follow a month later, or the higher of both. `inactive`: an inactive member's rate is deducted as if it were
// paid, and stays with the company (the budget is the payee's own bracket); or the member passes everything on
// (pass): the own rate is zero, the next above earns on the member's volume in full and on the lines below the
// member what is over their own rates.

WITH payee, rule, payee[rule.state] AS mine
CALL (payee, rule, mine) {
  RETURN payee AS origin, 0 AS level, mine[0] AS rate,
    CASE rule.pay_on WHEN 'bv' THEN payee.commissionable_volume ELSE payee.personal_volume END - mine[5] AS base
  UNION ALL
  MATCH (payee)<-[:UNDER]-(below)
  WHERE rule.border IS NULL OR NOT (below.active AND below.rank >= rule.border)
  WITH mine, below, below[rule.state] AS line,
    [0, rule.below_first] + [bracket IN rule.brackets | bracket[1]] AS rates
  UNWIND CASE WHEN rule.inactive = 'pass' AND NOT below.active
    THEN [place IN range(0, size(rates) - 1) | [line[6 + place], mine[0] - rates[place]]]
    ELSE [[line[1] - line[5], mine[0] - line[3]], [line[5], mine[0]]] END AS part
  RETURN below AS origin, 1 AS level, part[1] AS rate, part[0] AS base
}
WITH payee, rule, origin, level, base, rate AS earned
WHERE earned > 0 AND base <> 0 AND (payee.active OR rule.inactive = 'deduct')
RETURN payee, level, CASE WHEN payee.active THEN earned ELSE 0 END AS rate, earned AS budget,
  CASE WHEN NOT payee.active THEN 'inactive' END AS reason, base, origin
