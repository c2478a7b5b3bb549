// Keep whether a period is committed only once another person has approved it, what becomes of late orders,
// and by which ranks committed periods are corrected.
//
// mode:    write
// params:  two_person: BOOLEAN, late_orders: STRING, corrected_ranks: STRING
// returns: none

MERGE (company:Company {key: 'company'})
SET company.two_person = nullIf($two_person, false), company.late_orders = nullIf($late_orders, 'refuse'),
  company.corrected_ranks = nullIf($corrected_ranks, 'held')
