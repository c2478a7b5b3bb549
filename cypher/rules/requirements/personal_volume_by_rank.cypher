// Own volume of the period reaches the figure of the member's rank.
//
// kind:    requirement
// needs:   earlier_paid_ranks(by=before)
// params:  at_least: VOLUME_BY_RANK, by: ONE_OF<before|now> = before
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN
//
// The rank is that which the member was paid as in the period before (by = before; none without such a run), or
// what this one is paid as. That one rests on activity and on requirements of ranks, so only bonuses can go by it.

WITH *,
  rule.at_least[coalesce(CASE WHEN rule.by = 'now' THEN standing.rank ELSE standing.earlier_paid_ranks[0] END, 0)][0] AS required
RETURN required, standing.personal_volume AS actual, standing.personal_volume >= required AS passes
