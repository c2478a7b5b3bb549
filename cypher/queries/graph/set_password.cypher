// Give the user who asks another password. To be asked of the system database.
//
// mode:    schema
// params:  old: STRING, new: STRING
// returns: none

ALTER CURRENT USER SET PASSWORD FROM $old TO $new
