// Keep whether a period is committed only once another person has approved it, and what becomes of late orders.
//
// mode:    write
// params:  two_person: BOOLEAN, late_orders: STRING
// returns: none

MERGE (company:Company {key: 'company'})
SET company.two_person = nullIf($two_person, false), company.late_orders = nullIf($late_orders, 'refuse')
