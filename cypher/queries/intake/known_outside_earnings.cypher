// What some members earned elsewhere, newest last where an import corrected an earlier amount.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: earned: LIST<LIST<ANY>>

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})<-[:EARNED_OUTSIDE]-(earned:OutsideEarning)
USING INDEX SEEK member:Member(member_id)
WITH member_id, earned ORDER BY earned.import_no
RETURN collect([member_id, earned.period, earned.bonus, earned.amount, earned.currency]) AS earned
