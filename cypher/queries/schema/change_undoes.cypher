// The change that has taken another one back is found by the number of that one.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX change_undoes IF NOT EXISTS FOR (change:Change) ON (change.undoes)
