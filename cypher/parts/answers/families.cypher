// Some standings of one run, and of each a page of the frontline, in one trip.
//
// mode:    read
// params:  none
// returns: standings: LIST<MAP>, frontlines: LIST<MAP>
// insert:  standings, frontlines

CALL () {
  <<standings>>
}
CALL () {
  CALL () {
    <<frontlines>>
  }
  RETURN collect({parent_id: parent_id, standings: standings, total: total}) AS frontlines
}
RETURN standings, frontlines
