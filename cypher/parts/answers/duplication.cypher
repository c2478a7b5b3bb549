// How the teams of some members duplicate: of the members of each generation how many recruit, sell and hold a rank, and
// the median days from their enrolment to the first recruit, to the first order and to the first rank.
//
// mode:    read
// params:  run: INTEGER, runs: LIST<INTEGER>, member_ids: LIST<STRING>, reach: MAP
// returns: member_id: STRING, generations: LIST<LIST<INTEGER>>
// insert:  group, levels
//
// A generation is a level of today's sponsor tree below the member. Who enrolled after the period is no part of it.
// `runs` are those in which a first rank is looked for. Days of orders are those of the company's time zone.

MATCH (run:Run {number: $run})
OPTIONAL MATCH (company:Company {key: 'company'})
WITH run, coalesce(company.time_zone, 'UTC') AS zone
UNWIND $member_ids AS member_id
MATCH (top:Member {member_id: member_id})
USING INDEX SEEK top:Member(member_id)
WHERE <<group>>
CALL (run, zone, top) {
  MATCH path = (top)<-[:SPONSORED_BY*1..<<levels>>]-(member:Member)
  WHERE member.enrolled_on <= run.last_day
  WITH run, zone, member, length(path) AS generation
  OPTIONAL MATCH (standing:Standing {member_id: member.member_id, run: $run})
  CALL (run, member) {
    MATCH (member)<-[:SPONSORED_BY]-(recruit:Member)
    WHERE recruit.enrolled_on <= run.last_day
    RETURN count(recruit) AS recruits, min(recruit.enrolled_on) AS first_recruit
  }
  CALL (run, zone, member) {
    MATCH (order:Order {member_id: member.member_id})
    WHERE order.ordered_at >= datetime({date: member.enrolled_on, timezone: zone}) AND order.ordered_at < run.ends_at
      AND order.import_no <= run.cut AND order.kind <> 'refund' AND NOT order.kind IN coalesce(run.excluded_kinds, [])
    WITH min(order.ordered_at) AS first
    RETURN CASE WHEN first IS NOT NULL THEN date(datetime({datetime: first, timezone: zone})) END AS first_order
  }
  CALL (member) {
    MATCH (earlier:Standing {member_id: member.member_id})
    WHERE earlier.run IN $runs AND earlier.rank > 0
    MATCH (of:Run {number: earlier.run})
    RETURN min(of.last_day) AS first_rank
  }
  WITH generation, count(*) AS members,
    sum(CASE WHEN recruits > 0 THEN 1 ELSE 0 END) AS recruiting,
    sum(CASE WHEN standing.customer_volume > 0 THEN 1 ELSE 0 END) AS selling,
    sum(CASE WHEN standing.lifetime_rank > 0 THEN 1 ELSE 0 END) AS ranked,
    sum(recruits) AS recruits,
    percentileDisc(duration.inDays(member.enrolled_on, first_recruit).days, 0.5) AS to_recruit,
    percentileDisc(duration.inDays(member.enrolled_on, first_order).days, 0.5) AS to_order,
    percentileDisc(duration.inDays(member.enrolled_on, first_rank).days, 0.5) AS to_rank
  ORDER BY generation
  RETURN collect([
    generation, members, recruiting, selling, ranked, recruits, to_recruit, to_order, to_rank
  ]) AS generations
}
RETURN top.member_id AS member_id, generations
