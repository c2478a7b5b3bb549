// The active members whom one standing's member sponsors in person, by the company's sponsor tree.
//
// mode:    fragment
// params:  run: INTEGER
// returns: recruited: NODE
// insert:  types, holds

MATCH (sponsor:Member {member_id: standing.member_id})<-[edge:<<types>>]-(recruit:Member)
USING INDEX SEEK sponsor:Member(member_id)
WHERE <<holds>>
MATCH (recruited:Standing {member_id: recruit.member_id, run: $run})
USING INDEX SEEK recruited:Standing(member_id, run)
WHERE recruited.active
