// urql: https queries with its own fetch exchange, once for each media type that it asks for.
import { Client, fetchExchange, gql } from "@urql/core";
import { journey, operation, plain, report } from "./report.mjs";

const [url, leader] = process.argv.slice(2);
const client = new Client({ url, exchanges: [fetchExchange], preferGetMethod: false });

async function ask(name, variables) {
  const { data, error } = await client.query(gql(operation(name)), variables).toPromise();
  return { data: plain(data), codes: (error?.graphQLErrors ?? []).map((each) => each.extensions.code) };
}

report(await journey(ask, leader));
