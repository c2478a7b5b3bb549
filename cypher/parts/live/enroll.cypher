// Create the live standings of members who have come in since they were built, without a place in a tree.
//
// mode:    read-write
// params:  run: INTEGER, member_ids: LIST<STRING>
// returns: standings: INTEGER
// insert:  facts, frozen, depths
//
// `frozen` are the measures that copy a property of the member. A run that continues from them counts the levels anew.

UNWIND $member_ids AS member_id
MATCH (person:Member {member_id: member_id})
USING INDEX SEEK person:Member(member_id)
<<facts>>
CREATE (:Standing {run: $run, member_id: member.member_id, status: member.status<<depths>><<frozen>>})
RETURN count(*) AS standings
