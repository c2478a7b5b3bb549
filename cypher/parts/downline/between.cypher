// Whether a standing is between two rows of a sorted list; a row that is null is no bound.
//
// mode:    fragment
// params:  after: LIST<ANY>, before: LIST<ANY>
// returns: none
// insert:  later, sooner

($after IS NULL OR figure <<later>> $after[0] OR (figure = $after[0] AND below.member_id > $after[1]))
  AND ($before IS NULL OR figure <<sooner>> $before[0] OR (figure = $before[0] AND below.member_id < $before[1]))
