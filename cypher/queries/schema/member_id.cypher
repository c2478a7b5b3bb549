// Members are found, and kept apart, by their id.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT member_id IF NOT EXISTS FOR (member:Member) REQUIRE member.member_id IS UNIQUE
