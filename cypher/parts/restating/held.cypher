// What one standing of a restated run holds as it was paid: activity, ranks, and who meets what a bonus requires.
//
// mode:    fragment
// params:  paid: INTEGER, held: LIST<STRING>
// returns: none

MATCH (then:Standing {member_id: standing.member_id, run: $paid})
USING INDEX SEEK then:Standing(member_id, run)
FOREACH (name IN $held | SET standing[name] = then[name])
