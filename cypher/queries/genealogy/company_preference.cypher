// The placement rule of the company, and the days after which it places those whom nobody has placed.
//
// mode:    read
// params:  none
// returns: company: MAP

OPTIONAL MATCH (company:Company {key: 'company'})
RETURN company {rule: company.placement_rule, options: company.placement_options, window: company.placement_window} AS company
