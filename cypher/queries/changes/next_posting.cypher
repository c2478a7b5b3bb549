// Take the next number of what is booked by hand.
//
// mode:    read-write
// params:  none
// returns: number: INTEGER

MERGE (company:Company {key: 'company'})
SET company.last_posting = coalesce(company.last_posting, 0) + 1
RETURN company.last_posting AS number
