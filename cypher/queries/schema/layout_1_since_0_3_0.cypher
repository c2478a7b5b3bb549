// The mark of the store's layout: its name says which layout this is, and since which release of Upline.
//
// mode:    schema
// params:  none
// returns: none
//
// No node has this label. The names of constraints are read by every command anyway, so the mark costs no query.

CREATE CONSTRAINT layout_1_since_0_3_0 IF NOT EXISTS FOR (layout:Layout) REQUIRE layout.number IS UNIQUE
