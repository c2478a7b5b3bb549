// How far below their sponsors members are placed: one step is the sponsor's own frontline, more is spillover.
//
// mode:    read
// params:  run: INTEGER
// returns: steps: INTEGER, members: INTEGER, share_ppm: INTEGER, active: INTEGER, personal_volume_hundredths: INTEGER
// areas:   totals
//
// steps is null where the sponsor is not among the twenty nearest above. Members without a sponsor, and
// those without a place, are left out. In a company of one tree every member is one step away.

MATCH (run:Run {number: $run})
MATCH (standing:Standing {run: $run})
WHERE standing.depth > 0
MATCH (member:Member {member_id: standing.member_id})-[edge:SPONSORED_BY|WAS_SPONSORED_BY|WILL_SPONSORED_BY]->(sponsor:Member)
USING INDEX SEEK member:Member(member_id)
WHERE edge.since <= run.last_day AND (edge.until IS NULL OR edge.until > run.last_day)
CALL (standing, sponsor) {
  OPTIONAL MATCH (standing)-[:UNDER*1..20]->(above)
  WHERE above.member_id = sponsor.member_id
  RETURN standing.depth - above.depth AS steps
  LIMIT 1
}
WITH steps, count(*) AS members, sum(CASE WHEN standing.active THEN 1 ELSE 0 END) AS active,
  sum(standing.personal_volume) AS volume
WITH collect([steps, members, active, volume]) AS groups, sum(members) AS everybody
UNWIND groups AS row
RETURN
  row[0] AS steps, row[1] AS members, row[1] * 1000000 / everybody AS share_ppm, row[2] AS active,
  row[3] AS personal_volume_hundredths
ORDER BY steps
