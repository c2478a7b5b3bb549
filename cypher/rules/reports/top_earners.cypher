// Who earned most, each one's share of all pay, and the share of everybody down to that place.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER = 20
// returns: place: INTEGER, member_id: STRING, name: STRING, rank: STRING, earned_minor: INTEGER, share_ppm: INTEGER, running_share_ppm: INTEGER, largest_bonus: STRING, largest_bonus_minor: INTEGER
// areas:   names, money
//
// Shares are of the sum of everybody's earnings, rounded down.

MATCH (run:Run {number: $run})
CALL (run) {
  MATCH (standing:Standing {run: run.number})
  WHERE standing.depth >= 0
  RETURN sum(coalesce(standing.earned, 0)) AS total
}
CALL (run) {
  MATCH (standing:Standing {run: run.number})
  WHERE standing.depth >= 0 AND standing.earned > 0
  WITH standing ORDER BY standing.earned DESC, standing.member_id
  LIMIT $shown
  RETURN collect(standing) AS best
}
UNWIND range(1, size(best)) AS place
WITH run, total, place, best[place - 1] AS standing,
  reduce(earned = 0, above IN best[..place] | earned + above.earned) AS running
MATCH (member:Member {member_id: standing.member_id})
USING INDEX SEEK member:Member(member_id)
CALL (standing) {
  MATCH (standing)<-[:EARNED_BY]-(earning)
  RETURN earning ORDER BY earning.amount DESC, earning.bonus LIMIT 1
}
RETURN
  place, standing.member_id AS member_id, member.name AS name, run.ranks[standing.rank] AS rank,
  standing.earned AS earned_minor,
  standing.earned * 1000000 / total AS share_ppm,
  running * 1000000 / total AS running_share_ppm,
  earning.bonus AS largest_bonus, earning.amount AS largest_bonus_minor
ORDER BY place
