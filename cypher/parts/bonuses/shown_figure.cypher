// One figure that a flow shows, and whether it is of its type.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  name, figure, type, ranks, expected

[shown IN [<<figure>>] | ['<<name>>', shown, shown IS :: <<type>> AND <<ranks>>, '<<expected>>']][0]
