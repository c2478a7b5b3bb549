"""GraphQL over HTTP.

    app                   the application, built from explicit parts
    handler, responses    one request: read, answered; statuses and media types
    sockets               subscriptions over a web socket
    headers, origins      what every response carries; which web pages may call the API
    limits                how much a request may ask for, and why
    identity              who asks, before a request goes on
    gates, refusals       what cannot be answered now; refusals in the shape of GraphQL
    reads                 what a request still reads ends with it
    observe               what is noted of each request, by logs, metrics and traces
    sink                  where log lines go: writing them never blocks

In: an HTTP request. Out: a response, or a refusal by name.
"""
