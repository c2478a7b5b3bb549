"""The GraphQL API: graphene's schema behind ariadne's handler on Starlette; `app.build` puts it together."""
