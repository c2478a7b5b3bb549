// Qualified, paid-as and lifetime rank of one member, and the best qualified rank in the member's whole group.
//
// mode:    fragment
// params:  ranks: LIST<MAP>, graces: LIST<INTEGER>, most_grace: INTEGER, permanent: LIST<INTEGER>, demotion: INTEGER
// returns: none
// insert:  able, reached, leg, sponsored, after, near
//
// Only members that some rank could fit are written: rank 0 is what a standing starts with. Most of those have no rank and
// somebody below who has one: they get that alone, as every figure costs. `legs` holds
// a map for each frontline member: what the requirement rules in use ask of a leg. A rank is met where all
// requirements of one of its `ways` are. Paid as: the highest rank qualified for now, or so few periods
// ago that its grace still runs, or permanent and held before; never more than `demotion` ranks below what the
// member kept in the period before, and of an exempt member not below it; a forced rank overrides all of this.

WITH standing WHERE <<able>>
CALL (standing) {
  OPTIONAL MATCH (standing)<-[:UNDER]-(below)
  RETURN
    collect(CASE WHEN below IS NULL THEN null ELSE {<<leg>>} END) AS legs,
    coalesce(max(below.best_rank), 0) AS best_below
}
WITH standing, legs, best_below, <<sponsored>> AS sponsored, standing.earlier_ranks AS earlier, size($ranks) + 1 AS rank
WITH standing, legs, best_below, earlier, <<reached>> AS qualified,
  CASE WHEN $most_grace > 0 THEN earlier[2..2 + $most_grace] END AS past
WITH standing, qualified, past, earlier, <<after>> AS volumes_after, <<near>> AS best_ranks,
  reduce(kept = qualified, ago IN range(1, coalesce(size(past), 0)) | CASE
    WHEN past[ago - 1] > kept AND $graces[past[ago - 1]] >= ago THEN past[ago - 1] ELSE kept END) AS graced,
  CASE WHEN earlier[0] > qualified THEN earlier[0] ELSE qualified END AS lifetime,
  CASE WHEN qualified > best_below THEN qualified ELSE best_below END AS best
WITH standing, qualified, past, earlier, volumes_after, best_ranks, lifetime, best,
  reduce(kept = graced, least IN [rank IN $permanent WHERE rank <= lifetime]
    + CASE WHEN $demotion IS NULL OR earlier IS NULL THEN [] ELSE [earlier[1] - $demotion] END
    + CASE WHEN standing.exempt AND earlier IS NOT NULL THEN [earlier[1]] ELSE [] END |
    CASE WHEN least > kept THEN least ELSE kept END) AS kept
WITH standing, qualified, past, earlier, volumes_after, best_ranks, lifetime, best, kept,
  coalesce(standing.forced_rank, kept) AS paid_as
WHERE best > 0 OR paid_as > 0 OR lifetime > 0 OR volumes_after IS NOT NULL
SET standing.best_rank = best
WITH standing, qualified, past, earlier, volumes_after, best_ranks, lifetime, kept, paid_as
WHERE paid_as > 0 OR lifetime > 0 OR earlier IS NOT NULL OR volumes_after IS NOT NULL OR best_ranks IS NOT NULL
SET standing.qualified_rank = qualified, standing.rank = paid_as,
  standing.lifetime_rank = lifetime, standing.past_ranks = past, standing.volumes_after = volumes_after,
  standing.best_ranks = best_ranks, standing.earlier_ranks = null,
  standing.kept_rank = CASE WHEN $demotion IS NOT NULL OR standing.forced_rank IS NOT NULL THEN kept END
