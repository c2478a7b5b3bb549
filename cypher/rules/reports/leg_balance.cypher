// Members whose volume hangs on one leg: the strongest leg's share of all volume below them, the largest
// groups first.
//
// mode:    read
// params:  run: INTEGER, least_hundredths: INTEGER = 100000, share_ppm: INTEGER = 800000, shown: INTEGER = 50
// returns: member_id: STRING, name: STRING, rank: STRING, legs: INTEGER, below_volume_hundredths: INTEGER, strongest_leg: STRING, strongest_hundredths: INTEGER, second_hundredths: INTEGER, strongest_share_ppm: INTEGER
// areas:   names, figures
//
// Only members with two legs or more; a share above one million means that other legs are negative.

MATCH (run:Run {number: $run})
MATCH (standing:Standing {run: $run})
WHERE standing.depth >= 0
WITH run, standing, standing.group_volume - standing.personal_volume AS below
WHERE below >= $least_hundredths AND below > 0
CALL (standing) {
  MATCH (standing)<-[:UNDER]-(leg)
  WITH leg ORDER BY leg.group_volume DESC, leg.member_id
  RETURN collect(leg.group_volume) AS volumes, collect(leg.member_id) AS ids
}
WITH run, standing, below, volumes, ids, volumes[0] * 1000000 / below AS share
WHERE size(volumes) > 1 AND share >= $share_ppm
WITH run, standing, below, volumes, ids, share
ORDER BY below DESC, standing.member_id
LIMIT $shown
MATCH (member:Member {member_id: standing.member_id})
USING INDEX SEEK member:Member(member_id)
RETURN
  standing.member_id AS member_id, member.name AS name, run.ranks[standing.rank] AS rank,
  size(volumes) AS legs, below AS below_volume_hundredths, ids[0] AS strongest_leg,
  volumes[0] AS strongest_hundredths, volumes[1] AS second_hundredths, share AS strongest_share_ppm
ORDER BY below_volume_hundredths DESC, member_id
