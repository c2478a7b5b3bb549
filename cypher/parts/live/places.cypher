// Where a member is on the period's last day, as it was known after a change, and where the live standing is.
//
// mode:    fragment
// params:  run: INTEGER, day: DATE, known: INTEGER
// returns: person: NODE, member: MAP, standing: NODE, above: NODE, leg: STRING, place: LIST<STRING>, sponsor: STRING, recruiter: NODE
// insert:  facts, types, holds, leg, sponsor, recruiter
//
// `place` is the parent's id and the leg, `sponsor` the sponsor's id; `above`, `leg` and `recruiter` are the same of the
// standing. All are null where there is nobody.

<<facts>>
OPTIONAL MATCH (standing:Standing {member_id: person.member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
OPTIONAL MATCH (standing)-[under:UNDER]->(above)
WITH person, member, standing, above, under.leg AS leg, head(COLLECT {
  MATCH (person)-[edge:<<types>>]->(parent:Member)
  WHERE <<holds>> AND parent.enrolled_on <= $day
  RETURN [parent.member_id, <<leg>>]
}) AS place, <<sponsor>> AS sponsor, <<recruiter>> AS recruiter
