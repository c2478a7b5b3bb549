// Note on each closed edge by which change it was closed: the one that made the next edge of the same member.
//
// mode:    write
// params:  none
// returns: none

UNWIND [['SPONSORED_BY', 'WAS_SPONSORED_BY'], ['PLACED_UNDER', 'WAS_PLACED_UNDER']] AS types
MATCH (member:Member)-[closed:WAS_SPONSORED_BY|WAS_PLACED_UNDER]->(:Member)
WHERE type(closed) = types[1] AND closed.closed_no IS NULL
MATCH (member)-[next:SPONSORED_BY|WAS_SPONSORED_BY|PLACED_UNDER|WAS_PLACED_UNDER]->(:Member)
WHERE type(next) IN types AND next.step = closed.step + 1
CALL (closed, next) {
  SET closed.closed_no = next.import_no
} IN TRANSACTIONS OF 10000 ROWS
