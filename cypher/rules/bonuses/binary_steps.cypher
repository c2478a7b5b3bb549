// Binary, in steps: the highest step that both legs reach pays its amount once, and takes its volume from both.
//
// kind:    bonus
// scope:   payee
// basis:   count
// flow:    binary
// params:  amounts: MONEY_STEPS, volume: ONE_OF<commissionable|qualifying> = commissionable, after: ONE_OF<carry_both|carry_excess|net_off|flush> = carry_both, carry_cap: VOLUME_BY_RANK = null, expires: PERIODS = null, eligible: ONE_OF<active|leg_each> = active, ineligible: ONE_OF<keep|lose|lose_matched> = keep
// figures: carry_cap
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// `after`: carry_both leaves on both legs what was not used; carry_excess only on the stronger one; net_off leaves
// the difference of the legs (never what was used); flush leaves nothing, whether something was matched or not. Where nothing is
// matched the others leave all. What refunds took beyond what a leg held stays on it, whatever clears legs. With `expires` volume is carried into that many later periods at most; the oldest is used
// first. Members who are inactive, or whose rank earns nothing, or who lack an active personally
// sponsored member in each leg (`eligible`: leg_each) keep both legs, lose both, or lose what would have matched.
// What a position may earn in a period is a [[cap]] per member.

WITH payee, rule, payee[rule.state] AS legs
WHERE legs[4] > 0
WITH payee, rule, legs, rule.amounts[legs[4] - 1][1] AS earned, rule.amounts[legs[4] - 1][1] AS most
RETURN payee, 0 AS level,
  CASE WHEN legs[9] = 1 THEN earned ELSE 0 END AS rate,
  most AS budget,
  CASE WHEN NOT payee.active THEN 'inactive' WHEN earned = 0 THEN 'rank' WHEN legs[9] = 0 THEN 'legs'
       WHEN earned < most THEN 'lower_rate' END AS reason,
  1 AS base
