// Create new members, not yet in any tree.
//
// mode:    write
// params:  rows: LIST<MAP>, number: INTEGER
// returns: none

UNWIND $rows AS row
CREATE (:Member {
  member_id: row.member_id, name: row.name, status: row.status, country: row.country, owner_id: row.owner_id,
  enrolled_on: date(row.enrolled_on), import_no: $number
})
