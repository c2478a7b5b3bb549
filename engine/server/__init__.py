"""The Neo4j that Upline manages.

    connect                       the way in: the server of the settings, or the managed one
    managed, home                 the managed server: what is done to it, and what is known of it
    record, refusals              what a home records of its server, and what can be wrong with it, in words
    guard, space                  statements that only a restart ends; room on the disk, needed and free
    jars, download, java          what it consists of, fetched once and verified
    configuration                 memory and settings, sized to the machine
    locks, processes, supervisor  one start at a time, and children that end with their parent
    backup, archive, swap         backups: their file, how one is made, and how one becomes the store
    upgrade, password             a store of an earlier Neo4j is opened; another password
    template, temporary           empty stores that others begin as, and homes of one process
    scratch, standby              servers that are thrown away, and the one that waits for the next command

In: the settings. Out: a running server, and a `Graph` on it.
Commands, the offline import and tests start servers; nothing that computes does.
"""
