// The columns of a company's rule one by one, as expressions inside a list: only there the engine asks for them.
//
// mode:    fragment
// params:  none
// returns: columns: LIST<LIST<ANY>>
// insert:  columns

RETURN [each IN [rule] | [
  <<columns>>
]] AS columns
