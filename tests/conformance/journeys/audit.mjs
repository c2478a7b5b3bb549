// The audit of GraphQL over HTTP, by the package that its working group keeps: one line of JSON for each item.
import { auditServer } from "graphql-http";

const results = await auditServer({ url: process.argv[2] });
for (const { id, name, status, reason } of results) {
  console.log(JSON.stringify({ id, name, status, reason }));
}
