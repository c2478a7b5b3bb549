// What every journey reports: one object of plain values, which the test compares with the company.
import { readFileSync } from "node:fs";
import { parse, print } from "graphql";

const source = parse(readFileSync(new URL("team.graphql", import.meta.url), "utf8"));

/** The text of one operation of team.graphql. */
export function operation(name) {
  return print(source.definitions.find((definition) => definition.name.value === name));
}

/** Prints the report of a journey. */
export function report(values) {
  console.log(JSON.stringify(values));
}

/** A value without the type names that caches add. */
export function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value).filter(([name]) => name !== "__typename");
  return Object.fromEntries(fields.map(([name, inner]) => [name, plain(inner)]));
}

/** Walks all pages of a member's frontline: `ask` sends an operation and returns { data, codes }. */
export async function journey(ask, leader) {
  const children = [];
  let after = null;
  let card = null;
  let pages = 0;
  do {
    const { data, codes } = await ask("Team", { memberId: leader, first: 1, after });
    if (codes.length) throw new Error(`an error in the team: ${codes}`);
    const { standing, ...member } = data.member;
    const { children: page, ...figures } = standing;
    card = { ...member, ...figures, total: page.totalCount };
    children.push(...page.edges.map((edge) => edge.node.memberId));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    pages += 1;
  } while (after);
  const { data, codes } = await ask("Missing", { memberId: leader, missing: "nobody" });
  const wrong = await ask("Team", { memberId: leader, first: 0, after: null });
  return { card, children, pages, beside: { present: data?.present?.memberId, missing: data?.missing, codes }, wrong: wrong.codes };
}
