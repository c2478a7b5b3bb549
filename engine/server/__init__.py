"""The Neo4j that Upline manages: its jars, Java, configuration, locks, processes and scratch stores.

In: the settings. Out: a running server and a `Graph` on it (`connect`).
Commands, the offline import and tests start servers; nothing that computes does.
"""
