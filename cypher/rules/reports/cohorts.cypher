// Members by the month of their enrolment: how many are still active, earn, and what they sell and earn.
//
// mode:    read
// params:  run: INTEGER
// returns: enrolled_in: STRING, members: INTEGER, terminated: INTEGER, active: INTEGER, active_share_ppm: INTEGER, earners: INTEGER, personal_volume_hundredths: INTEGER, earned_minor: INTEGER
// areas:   totals
//
// Active means active in the period by the plan; the share is of all who enrolled in that month, rounded down.

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= 0
MATCH (member:Member {member_id: standing.member_id})
USING INDEX SEEK member:Member(member_id)
WITH left(toString(member.enrolled_on), 7) AS enrolled_in, standing, coalesce(standing.earned, 0) AS earned
WITH enrolled_in, count(*) AS members,
  sum(CASE WHEN standing.status = 'terminated' THEN 1 ELSE 0 END) AS terminated,
  sum(CASE WHEN standing.active THEN 1 ELSE 0 END) AS active,
  sum(CASE WHEN earned > 0 THEN 1 ELSE 0 END) AS earners,
  sum(standing.personal_volume) AS volume, sum(earned) AS earned
RETURN
  enrolled_in, members, terminated, active, active * 1000000 / members AS active_share_ppm, earners,
  volume AS personal_volume_hundredths, earned AS earned_minor
ORDER BY enrolled_in
