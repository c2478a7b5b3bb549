// How a team duplicates: of the members of each generation how many recruit, sell and hold a rank, and how soon they
// recruit.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER = 50
// returns: generation: INTEGER, members: INTEGER, recruiting: INTEGER, recruiting_ppm: INTEGER, selling: INTEGER, selling_ppm: INTEGER, ranked: INTEGER, ranked_ppm: INTEGER, recruits: INTEGER, days_to_first_recruit: INTEGER
// areas:   totals
//
// A generation is a level of the sponsor tree below its tops. Recruits are those whose sponsor the member was at the
// period's end; days_to_first_recruit is the median of those who have one. Selling is who had customers' volume in the period, ranked
// who has ever held the first rank or a higher one.

MATCH (run:Run {number: $run})
MATCH (standing:Standing {run: $run})
WITH run, standing, coalesce(standing.enrolled_depth, standing.depth) AS generation
WHERE generation > 0
MATCH (member:Member {member_id: standing.member_id})
USING INDEX SEEK member:Member(member_id)
CALL (run, member) {
  MATCH (member)<-[edge:SPONSORED_BY|WAS_SPONSORED_BY|WILL_SPONSORED_BY]-(recruit:Member)
  WHERE recruit.enrolled_on <= run.last_day AND edge.since <= run.last_day
    AND (edge.until IS NULL OR edge.until > run.last_day)
  RETURN count(recruit) AS recruits, min(recruit.enrolled_on) AS first
}
WITH generation, count(*) AS members,
  sum(CASE WHEN recruits > 0 THEN 1 ELSE 0 END) AS recruiting,
  sum(CASE WHEN standing.customer_volume > 0 THEN 1 ELSE 0 END) AS selling,
  sum(CASE WHEN standing.lifetime_rank > 0 THEN 1 ELSE 0 END) AS ranked, sum(recruits) AS recruits,
  percentileDisc(duration.inDays(member.enrolled_on, first).days, 0.5) AS days
RETURN generation, members, recruiting, recruiting * 1000000 / members AS recruiting_ppm, selling,
  selling * 1000000 / members AS selling_ppm, ranked, ranked * 1000000 / members AS ranked_ppm, recruits,
  days AS days_to_first_recruit
ORDER BY generation
LIMIT $shown
