// The positions of each owner who has several today: an owner's id may be that of one of them.
//
// mode:    read
// params:  none
// returns: member_ids: LIST<STRING>

MATCH (member:Member)
WHERE member.owner_id IS NOT NULL
WITH member.owner_id AS owner_id, collect(member.member_id) AS owned
OPTIONAL MATCH (owner:Member {member_id: owner_id})
WHERE owner.owner_id IS NULL
WITH CASE WHEN owner IS NULL THEN owned ELSE owned + owner.member_id END AS member_ids
WHERE size(member_ids) > 1
RETURN member_ids
