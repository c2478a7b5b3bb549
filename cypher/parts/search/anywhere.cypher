// A member within reach.
//
// mode:    fragment
// params:  reach: MAP
// returns: member: NODE, name: STRING
// insert:  within

WITH member, member.name AS name
WHERE <<within>>
