// Pool: a share of the company's volume, in money, divided among the active members of a rank.
//
// kind:    bonus
// scope:   company
// basis:   count
// params:  share: PART, rank: RANK = null, membership: ONE_OF<cumulative|exact> = cumulative, countries: TEXTS = [], qualifiers: ONE_OF<everywhere|countries> = everywhere, by: ONE_OF<equal|shares|contribution|fact|place> = equal, shares_by_place: SHARES = null, shares_in_all: POSITIVE = null, fact: TEXT = null, most_each: MONEY = null, shares_by_rank: SHARES_BY_RANK = 1, contribution: ONE_OF<personal|group> = personal, multiplier_by_rank: SHARES_BY_RANK = 1, overdraw: BOOLEAN = false, among: ONE_OF<company|qualifiers> = company, each: SIZE = null, top: POSITIVE = null, top_by: ONE_OF<personal_volume|commissionable_volume|customer_volume|group_volume|fact> = personal_volume, top_fact: TEXT = null, ties: ONE_OF<all|none|enrolled|last_sale> = all
// needs:   group_commissionable_volume(contribution=group), country(countries), enrolled_on(top), enrolled_on(by=place)
// only:    fact(by=fact), shares_by_rank(by=shares), contribution(by=contribution), multiplier_by_rank(by=contribution), overdraw(by=contribution), among(by=contribution), each(among=qualifiers), qualifiers(countries), membership(rank), top_by(top), top_by(by=place), top_fact(top_by=fact), ties(top), ties(by=place), shares_by_place(by=place), shares_in_all(!by=contribution)
// asks:    fact(by=fact), top_fact(top_by=fact), shares_by_place(by=place)
// figures: shares_by_rank
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// The pool is share times commissionable volume of all members, rounded by the plan's rule to minor units. `equal`:
// everybody the same; `shares`: by shares_by_rank; `contribution`: pool times own or group volume over company
// volume, times multiplier_by_rank. Where multipliers ask for more than there is, all are scaled down, unless the
// plan lets the pool be overdrawn; with among = "qualifiers" the contributions of those who share are the whole,
// each in whole pieces of `each` where that is given: one share for every 1,000, and the multiplier for each;
// `fact`: as many shares as the company's fact of that name says. Each part is rounded down, and is `most_each` at
// most; the rest stays with the company. A higher rank shares in the pool too (membership = cumulative) or has one of
// its own (exact). `countries` limits the volume to that of members there, and by option those who qualify. With `top`
// only so many of them share, those with the most of `top_by` (more than nothing). Where several have the same figure
// at the last place, all of them share, or none of them, or those who are enrolled longest, and of one day the first
// by member_id; or those whose last sale of the period (no refund) came first, and then those enrolled longest.
// `place`: the best, in that order, have the shares of their places; those of a place that nobody takes stay with the
// company. `shares_in_all`: the pool has so many shares, and those that nobody holds stay with the company; where more
// are held, they divide the pool.

CALL (run, rule) {
  MATCH (standing:Standing {run: run})
  WHERE size(rule.countries) = 0 OR standing.country IN rule.countries
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
    AND (size(rule.countries) = 0 OR rule.qualifiers = 'everywhere' OR standing.country IN rule.countries)
  WITH standing, CASE rule.by
    WHEN 'equal' THEN 1
    WHEN 'place' THEN 1
    WHEN 'shares' THEN rule.shares_by_rank[standing.rank][0]
    WHEN 'fact' THEN coalesce(standing['fact_' + rule.fact], 0)
    ELSE rule.multiplier_by_rank[standing.rank][0] * (CASE rule.contribution
      WHEN 'group' THEN standing.group_commissionable_volume ELSE standing.commissionable_volume END
      / CASE rule.among WHEN 'qualifiers' THEN coalesce(rule.each, 1) ELSE 1 END)
    END AS weight
  WHERE weight > 0
  RETURN collect([standing, weight, CASE rule.top_by
    WHEN 'fact' THEN coalesce(standing['fact_' + rule.top_fact], 0) ELSE standing[rule.top_by] END]) AS able
}
CALL (rule, able) {
  WITH rule, able WHERE rule.top IS NOT NULL OR rule.by = 'place'
  CALL (rule, able) {
    UNWIND [each IN able WHERE each[2] > 0] AS each
    WITH rule, each, each[0] AS standing
    CALL (rule, standing) {
      WITH rule, standing AS source WHERE rule.ties = 'last_sale'
      <<orders>>
      RETURN max(CASE WHEN order.kind <> 'refund' THEN order.ordered_at END) AS last_sale
    }
    WITH each, standing, last_sale
    ORDER BY each[2] DESC, last_sale, standing.enrolled_on, standing.member_id
    RETURN collect(each) AS ranked
  }
  RETURN ranked
  UNION ALL
  WITH rule, able WHERE rule.top IS NULL AND rule.by <> 'place'
  RETURN able AS ranked
}
WITH pool, volume, rule, ranked, ranked[rule.top - 1][2] AS last, ranked[rule.top][2] AS next
WITH pool, volume, rule, CASE
  WHEN next IS NULL THEN ranked
  WHEN rule.ties IN ['enrolled', 'last_sale'] OR rule.by = 'place' OR next < last THEN ranked[..rule.top]
  WHEN rule.ties = 'all' THEN [each IN ranked WHERE each[2] >= last]
  ELSE [each IN ranked WHERE each[2] > last] END AS qualified
WITH pool, volume, rule, CASE WHEN rule.by <> 'place' THEN qualified
  ELSE [place IN range(0, size(qualified) - 1) WHERE rule.shares_by_place[place] > 0 |
    [qualified[place][0], rule.shares_by_place[place]]] END AS qualified
WITH pool, volume, rule, qualified, reduce(total = 0, each IN qualified | total + each[1]) AS held,
  CASE WHEN rule.by = 'place' THEN reduce(total = 0, share IN rule.shares_by_place | total + share) ELSE 0 END AS listed,
  CASE WHEN rule.by = 'contribution' THEN 0 ELSE
    coalesce(rule.shares_in_all, 0) * CASE WHEN rule.by = 'place' THEN 1000000 ELSE 1 END END AS fixed
WITH pool, volume, rule, qualified, reduce(most = held, each IN [listed, fixed] | CASE WHEN each > most THEN each ELSE most END) AS weights
WITH pool, qualified, rule,
  CASE WHEN rule.by = 'contribution' AND rule.among = 'company' AND (rule.overdraw OR weights < volume) THEN volume ELSE weights END AS whole

// pool * weight / whole, three digits of the weight at a time: the product may not fit into 64 bits.
WITH pool, rule, [each IN qualified | [each[0],
  reduce(part = [0, 0], power IN [1000000000000000, 1000000000000, 1000000000, 1000000, 1000, 1] | [
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
