"""The Neo4j that Upline manages: jars, Java, configuration, locks, processes, scratch servers.

In: the settings. Out: a running server and a `Graph` on it (`connect`).
Commands, the offline import and tests start servers; modules that compute never do.
"""
