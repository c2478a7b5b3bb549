"""The types of the GraphQL schema, one file a subject. Resolvers fetch; they never compute."""
