// Where some members' groups begin and end in a tree of a run, and whether there was a sale of their own or of customers.
//
// mode:    read
// params:  none
// returns: rows: LIST<LIST<ANY>>
// insert:  chosen, first, end

<<chosen>>
RETURN collect([standing.member_id, <<first>>, <<end>>,
  standing.commissionable_volume > 0 OR standing.personal_volume > 0 OR standing.customer_volume > 0]) AS rows
