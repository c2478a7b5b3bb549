// Pool: a share of the company's volume, in money, divided among the active members of a rank.
//
// kind:    bonus
// scope:   company
// basis:   count
// params:  share: SHARE, rank: RANK = null, membership: ONE_OF<cumulative|exact> = cumulative, countries: TEXTS = [], qualifiers: ONE_OF<everywhere|countries> = everywhere, by: ONE_OF<equal|shares|contribution|fact> = equal, fact: TEXT = null, most_each: MONEY = null, shares_by_rank: SHARES_BY_RANK = 1, contribution: ONE_OF<personal|group> = personal, multiplier_by_rank: SHARES_BY_RANK = 1, overdraw: BOOLEAN = false
// needs:   group_commissionable_volume(contribution=group)
// only:    fact(by=fact), shares_by_rank(by=shares), contribution(by=contribution), multiplier_by_rank(by=contribution), overdraw(by=contribution), qualifiers(countries), membership(rank)
// asks:    fact(by=fact)
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// The pool is share times commissionable volume of all members, rounded by the plan's rule to minor units. `equal`:
// everybody the same; `shares`: by shares_by_rank; `contribution`: pool times own or group volume over company
// volume, times multiplier_by_rank. Where multipliers ask for more than there is, all are scaled down, unless the
// plan lets the pool be overdrawn; `fact`: as many shares as the company's fact of that name says. Each part is rounded
// down, and is `most_each` at most; the rest stays with the company. A higher rank shares in the pool too
// (membership = cumulative) or has one of its own (exact). `countries` limits the volume to that of members there,
// and by option those who qualify.

CALL (run, rule) {
  MATCH (standing:Standing {run: run})
  WHERE size(rule.countries) = 0 OR EXISTS {
    MATCH (member:Member {member_id: standing.member_id})
    USING INDEX SEEK member:Member(member_id)
    WHERE member.country IN rule.countries
  }
  RETURN sum(standing.commissionable_volume) AS volume
}
WITH run, rule, volume, CASE WHEN volume > 0 THEN volume * rule.share ELSE 0 END AS exact
WITH run, rule, volume, exact / rule.parts * rule.unit + exact % rule.parts * rule.unit / rule.parts AS units,
  exact % rule.parts * rule.unit % rule.parts AS rest
WITH run, rule, volume, units + CASE
  WHEN rule.rounding = 'half_up' AND 2 * rest >= rule.parts THEN 1
  WHEN rule.rounding = 'half_even' AND (2 * rest > rule.parts OR (2 * rest = rule.parts AND units % 2 = 1)) THEN 1
  ELSE 0 END AS pool
CALL (run, rule) {
  MATCH (standing:Standing {run: run})
  WHERE standing.active AND standing.rank >= coalesce(rule.rank, 0)
    AND (rule.meets IS NULL OR standing[rule.meets] IS NOT NULL)
    AND (rule.membership = 'cumulative' OR standing.rank = coalesce(rule.rank, 0))
    AND (size(rule.countries) = 0 OR rule.qualifiers = 'everywhere' OR EXISTS {
      MATCH (member:Member {member_id: standing.member_id})
      USING INDEX SEEK member:Member(member_id)
      WHERE member.country IN rule.countries
    })
  WITH standing, CASE rule.by
    WHEN 'equal' THEN 1
    WHEN 'shares' THEN rule.shares_by_rank[standing.rank][0]
    WHEN 'fact' THEN coalesce(standing['fact_' + rule.fact], 0)
    ELSE rule.multiplier_by_rank[standing.rank][0] * CASE rule.contribution
      WHEN 'group' THEN standing.group_commissionable_volume ELSE standing.commissionable_volume END
    END AS weight
  WHERE weight > 0
  RETURN collect([standing, weight]) AS qualified, sum(weight) AS weights
}
WITH pool, qualified, rule,
  CASE WHEN rule.by = 'contribution' AND (rule.overdraw OR weights < volume) THEN volume ELSE weights END AS whole

// pool * weight / whole, three digits of the weight at a time: the product may not fit into 64 bits.
WITH pool, rule, [each IN qualified | [each[0],
  reduce(part = [0, 0], power IN [1000000000000, 1000000000, 1000000, 1000, 1] | [
    part[0] * 1000 + (part[1] * 1000 + pool * (each[1] / power % 1000)) / whole,
    (part[1] * 1000 + pool * (each[1] / power % 1000)) % whole])[0]]] AS paid
WITH pool, [each IN paid | CASE WHEN each[1] > rule.most_each THEN [each[0], rule.most_each] ELSE each END] AS paid
WITH pool, paid, pool - reduce(total = 0, each IN paid | total + each[1]) AS rest
UNWIND paid + [[null, rest]] AS line
WITH line[0] AS payee, line[1] AS amount, size(paid) AS payees
RETURN payee, 0 AS level,
  CASE WHEN payee IS NULL THEN 0 ELSE amount END AS rate,
  amount AS budget,
  CASE WHEN payee IS NOT NULL THEN null WHEN payees = 0 THEN 'no_qualifier' WHEN amount < 0 THEN 'overdrawn'
       ELSE 'pool_rest' END AS reason,
  1 AS base
