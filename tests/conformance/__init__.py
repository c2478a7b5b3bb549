"""The API as strangers' programs see it: the audit of GraphQL over HTTP, five clients, and a fuzzer."""
