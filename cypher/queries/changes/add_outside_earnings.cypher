// Write what members earned elsewhere. A corrected amount is a second node: the later number holds.
//
// mode:    write
// params:  rows: LIST<MAP>, number: INTEGER
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
CREATE (:OutsideEarning {
  period: row.period, bonus: row.bonus, amount: row.amount, currency: row.currency, import_no: $number
})-[:EARNED_OUTSIDE]->(member)
