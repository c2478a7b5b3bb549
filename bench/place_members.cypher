// Members of a company whose placement tree has a leg as deep as a tenth of them, and a matrix two wide that is full.
//
// mode:    write
// params:  rows: LIST<LIST<ANY>>
// returns: none

UNWIND $rows AS row
CREATE (:Member {member_id: row[0], name: row[0], status: 'active', enrolled_on: date('2020-01-01'), import_no: 1})
