// What one standing keeps, where the visit of another tree has decided already.
//
// mode:    fragment
// params:  none
// returns: keeps: LIST<BOOLEAN>

WITH standing, standing.keeps AS keeps
