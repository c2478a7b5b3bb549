// graphql-codegen: types of the schema and of the operations, into the folder given.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codegen } from "@graphql-codegen/core";
import * as typescript from "@graphql-codegen/typescript";
import * as operations from "@graphql-codegen/typescript-operations";
import * as documents from "@graphql-codegen/typed-document-node";
import { parse } from "graphql";

const [schema, team, out] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const scalars = { Decimal: "string", Date: "string", DateTime: "string" };
const text = await codegen({
  filename: join(out, "team.ts"),
  schema: parse(readFileSync(schema, "utf8")),
  documents: [{ location: team, document: parse(readFileSync(team, "utf8")) }],
  config: { scalars, strictScalars: true, enumsAsTypes: true },
  plugins: [{ typescript: {} }, { operations: {} }, { documents: {} }],
  pluginMap: { typescript, operations, documents },
});
writeFileSync(join(out, "team.ts"), text);
writeFileSync(
  join(out, "use.ts"),
  `import { TeamDocument, type TeamQuery } from "./team";
export const document = TeamDocument;
export function ids(team: TeamQuery): string[] {
  return (team.member?.standing?.children?.edges ?? []).map((edge) => edge.node.memberId);
}
// @ts-expect-error volumes are exact text, never numbers
export const wrong: number = null as unknown as NonNullable<NonNullable<TeamQuery["member"]>["standing"]>["groupVolume"];
`,
);
