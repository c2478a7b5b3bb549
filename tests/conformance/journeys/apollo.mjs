// Apollo Client: the HTTP link and the cache, with errors beside data.
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { journey, operation, plain, report } from "./report.mjs";

const [url, leader] = process.argv.slice(2);
const client = new ApolloClient({
  link: new HttpLink({ uri: url }),
  cache: new InMemoryCache({ addTypename: false }),
  defaultOptions: { query: { errorPolicy: "all", fetchPolicy: "network-only" } },
});

async function ask(name, variables) {
  const { data, error } = await client.query({ query: gql(operation(name)), variables });
  if (error && !CombinedGraphQLErrors.is(error)) throw error;
  return { data: plain(data), codes: (error?.errors ?? []).map((each) => each.extensions.code) };
}

report(await journey(ask, leader));
