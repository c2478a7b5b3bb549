"""GraphQL over HTTP: the application, the handler of a request, its headers and its limits."""
