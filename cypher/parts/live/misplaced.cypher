// Where the standings of a live run are not those of the company's members, or not where the members are.
//
// mode:    read
// params:  day: DATE, known: INTEGER, shown: INTEGER
// returns: member_id: STRING, figure: STRING, expected: STRING, actual: STRING
// insert:  places

MATCH (person:Member)
WHERE person.enrolled_on <= $day AND coalesce(person.import_no, 0) <= $known
<<places>>
UNWIND [
  ['standing', 'one', CASE WHEN standing IS NULL THEN 'none' ELSE 'one' END],
  ['status', member.status, standing.status],
  ['parent', coalesce(place[0], 'nobody'), coalesce(above.member_id, 'nobody')],
  ['leg', coalesce(place[1], 'none'), coalesce(leg, 'none')],
  ['sponsor', coalesce(sponsor, 'nobody'), coalesce(recruiter.member_id, 'nobody')]
] AS compared
WITH person, standing, compared
WHERE compared[1] <> compared[2] AND (standing IS NOT NULL OR compared[0] = 'standing')
RETURN person.member_id AS member_id, compared[0] AS figure, compared[1] AS expected, compared[2] AS actual
LIMIT $shown
