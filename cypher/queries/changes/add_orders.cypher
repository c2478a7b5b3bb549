// Create new orders, credited to members. They count once their change is complete, and from `ordered_at` on: a late one
// was placed before, in a period that is committed.
//
// mode:    write
// params:  rows: LIST<MAP>, number: INTEGER
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
CREATE (:Order {
  order_id: row.order_id,
  ordered_at: datetime({epochSeconds: row.seconds, nanosecond: row.microseconds * 1000}),
  placed_at: CASE WHEN row.late
    THEN datetime({epochSeconds: row.placed_seconds, nanosecond: row.placed_microseconds * 1000}) END,
  member_id: row.member_id, customer_id: row.customer_id, kind: row.kind,
  qualifying_volume: row.qualifying_volume, commissionable_volume: row.commissionable_volume,
  amount: row.amount, currency: row.currency, import_no: $number
})-[:CREDITED_TO]->(member)
