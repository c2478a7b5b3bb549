// How much a database holds, from the counts that the store keeps.
//
// mode:    read
// params:  none
// returns: nodes: INTEGER, members: INTEGER, orders: INTEGER

CALL () { MATCH (node) RETURN count(node) AS nodes }
CALL () { MATCH (member:Member) RETURN count(member) AS members }
CALL () { MATCH (order:Order) RETURN count(order) AS orders }
RETURN nodes, members, orders
