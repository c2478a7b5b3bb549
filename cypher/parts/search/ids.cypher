// Members whose id starts with a text, as it is or in capitals, of those whom somebody may find.
//
// mode:    read
// params:  text: STRING, upper: STRING, most: INTEGER, reach: MAP
// returns: rows: LIST<LIST<STRING>>
// insert:  place

CALL () {
  MATCH (member:Member)
  WHERE member.member_id STARTS WITH $text OR member.member_id STARTS WITH $upper
  WITH member ORDER BY member.member_id LIMIT $most
  <<place>>
  RETURN collect([member.member_id, name]) AS rows
}
RETURN rows
