// The number of the last change that counts; 0 where there is none.
//
// mode:    read
// params:  none
// returns: number: INTEGER

OPTIONAL MATCH (company:Company {key: 'company'})
RETURN coalesce(company.last_change, 0) AS number
