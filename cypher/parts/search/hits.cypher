// The first hits of the full-text index of names, those of them that somebody may find, and how many hits there were.
//
// mode:    read
// params:  words: STRING, most: INTEGER, reach: MAP
// returns: seen: INTEGER, rows: LIST<LIST<STRING>>
// insert:  place

CALL db.index.fulltext.queryNodes('member_name', $words, {limit: $most}) YIELD node
WITH collect(node) AS members
CALL (members) {
  UNWIND members AS member
  <<place>>
  RETURN collect([member.member_id, name]) AS rows
}
RETURN size(members) AS seen, rows
