"""GraphQL over HTTP.

    app      the application, built from explicit parts
    handler  one request: read, limited, answered
    headers  what every response carries
    limits   how much a request may ask for, and why

In: an HTTP request. Out: a response, or a refusal by name.
"""
