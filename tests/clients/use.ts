// What a program does with the types that graphql-codegen makes: they are checked.
import type { ResultOf, TypedDocumentNode, VariablesOf } from "@graphql-typed-document-node/core";
import { MatchingRolesDocument, MostBoundariesDocument, ThingByIdDocument, WhoTeachesDocument } from "./graphql";

type Ask = <R, V>(document: TypedDocumentNode<R, V>, variables: V) => Promise<R>;

export async function matching(ask: Ask, word: string): Promise<string[]> {
  const names: string[] = [];
  let after: string | null = null;
  for (;;) {
    const variables: VariablesOf<typeof MatchingRolesDocument> = {
      first: 50,
      where: { name: { contains: word } },
      orderBy: [{ name: "ASC" }],
      after,
    };
    const { roles }: ResultOf<typeof MatchingRolesDocument> = await ask(MatchingRolesDocument, variables);
    const total: number = roles.totalCount;
    for (const role of roles.nodes) {
      const read: string = role.readOn;
      const level: number | null = role.careerLevel?.level ?? null;
      const confidences: string[] = role.professions.edges.map((edge) => edge.confidence);
      names.push(`${role.name} ${read} ${level} ${confidences} ${total}`);
    }
    if (!roles.pageInfo.hasNextPage) return names;
    after = roles.pageInfo.endCursor;
  }
}

export async function questions(ask: Ask): Promise<void> {
  const { roles } = await ask(MostBoundariesDocument, {});
  const totals: number[] = roles.nodes.map((role) => role.boundarySpan.total);
  const { role } = await ask(WhoTeachesDocument, { role: "assistant-practitioner" });
  const awards: (string | null)[] = role?.programmes.nodes.map((programme) => programme.award) ?? [];
  const { node } = await ask(ThingByIdDocument, { id: "Role:assistant-practitioner" });
  const name: string | undefined = node?.__typename === "Role" ? node.name : undefined;
  console.log(totals, awards, name);
}
