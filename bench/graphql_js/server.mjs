// A frontline and its figures by @neo4j/graphql on the store of Upline, as its users would serve them.
import { createServer } from "node:http";
import { Neo4jGraphQL } from "@neo4j/graphql";
import { createYoga } from "graphql-yoga";
import neo4j from "neo4j-driver";

const typeDefs = /* GraphQL */ `
  type Standing @node {
    run: BigInt!
    member_id: String!
    status: String!
    active: Boolean!
    depth: Int!
    orders: Int!
    rank: Int!
    personal_volume: BigInt!
    commissionable_volume: BigInt!
    customer_volume: BigInt!
    group_volume: BigInt!
    children: [Standing!]! @relationship(type: "UNDER", direction: IN)
  }
`;

const { UPLINE_NEO4J_URI, UPLINE_NEO4J_USER, UPLINE_NEO4J_PASSWORD } = process.env;
const driver = neo4j.driver(UPLINE_NEO4J_URI, neo4j.auth.basic(UPLINE_NEO4J_USER, UPLINE_NEO4J_PASSWORD));
const schema = await new Neo4jGraphQL({ typeDefs, driver }).getSchema();
const yoga = createYoga({ schema, logging: false, graphiql: false });
const server = createServer(yoga);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.on("SIGTERM", () => process.exit(0));
