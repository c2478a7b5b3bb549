"""GraphQL over HTTP.

    app          the application, built from explicit parts
    handler      one request: read, limited, answered
    headers      what every response carries
    limits       how much a request may ask for, and why
    observe      the id of each request
    refusals     refusals of the transport, in the shape of GraphQL
    server       uvicorn as Upline runs it
    connections  time-outs and numbers of connections
    probe        whether Neo4j answers, asked in the background
    gates        what refuses requests that cannot be answered now
    options      origins, networks, names and paths that are given as text
    origins      which web pages may call the API
    serving      how the API is served, and one process of it
    workers      several processes of it, and their parent
    health       /live and /ready, on a thread and port of their own

In: an HTTP request. Out: a response, or a refusal by name.
"""
