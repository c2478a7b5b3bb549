"""GraphQL over HTTP.

    app                    the application, built from explicit parts
    serving, workers       how the API is served: one process of it, several and their parent
    server, connections    uvicorn as Upline runs it; time-outs and numbers of connections
    handler, responses     one request: read, answered; statuses and media types
    headers, origins       what every response carries; which web pages may call the API
    limits, options        how much a request may ask for, and why; options that are given as text
    gates, refusals        what cannot be answered now; refusals in the shape of GraphQL
    observe, reads         the id of each request; what a request still reads ends with it
    health, probe          /live and /ready on a thread of their own; whether Neo4j answers

In: an HTTP request. Out: a response, or a refusal by name.
"""
