// Keep the placement rule of the company, and after how many days it places those whom nobody has placed.
//
// mode:    write
// params:  rule: STRING, options: LIST<STRING>, window_days: INTEGER
// returns: none

MATCH (company:Company {key: 'company'})
SET company.placement_rule = $rule, company.placement_options = nullIf($options, []),
  company.placement_window = $window_days
