// Some members enrolled by the period's last day: where each is, as it was known after a change, and where the standing is.
//
// mode:    read
// params:  member_ids: LIST<STRING>, day: DATE
// returns: members: LIST<LIST<ANY>>
// insert:  places
//
// A row has the member's id, the status, parent, leg and sponsor; then the same of the standing, each null where there is
// none, its number in the store, that of the standing above it, and its group volume.

UNWIND $member_ids AS member_id
MATCH (person:Member {member_id: member_id})
USING INDEX SEEK person:Member(member_id)
WHERE person.enrolled_on <= $day
<<places>>
RETURN collect([
  person.member_id, member.status, place[0], place[1], sponsor,
  standing.status, above.member_id, leg, recruiter.member_id, id(standing), id(above), standing.group_volume
]) AS members
