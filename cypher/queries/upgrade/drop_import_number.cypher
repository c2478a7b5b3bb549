// Drop the constraint on the label that imports had up to release 0.2.
//
// mode:    schema
// params:  none
// returns: none

DROP CONSTRAINT import_number IF EXISTS
