"""The processes that serve the API, and what operators see of them.

    options      origins, networks, names and paths that are given as text
    process      how the API is served, and one process of it
    workers      several processes of it, and their parent
    server       uvicorn as Upline runs it
    connections  time-outs and numbers of connections
    probe        whether Neo4j answers, asked in the background
    planning     statements that screens need, planned before the first request
    midnight     what is planned for a day is turned when it begins
    health       /live and /ready, on a thread and port of their own
    exposition   the text of /metrics

In: the options of `upline serve`. Out: an API that is served until a signal.
"""
