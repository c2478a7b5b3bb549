// Make known the names that statements ask for before anything has them; nothing of it stays but the names.
//
// mode:    write
// params:  none
// returns: none
//
// The server plans a statement anew once a name that it did not know is there. These are what every command asks of
// the company and of its runs.

CREATE (names:Company:Change:Run:BonusTotal {
  state: '', period: '', plan: '', first_day: '', last_day: '', position: 0, heartbeat_at: '', one_tree: true,
  time_zone: '', remarked_refunds: [], currencies: [], last_change: 0, last_run: 0, closed: [], closed_by: [],
  in_review: [], two_person: false, late_orders: '', corrected_ranks: '', placed_at: '', next_turn: '', base: 0
})-[total_of:TOTAL_OF]->(names)
DELETE total_of, names
