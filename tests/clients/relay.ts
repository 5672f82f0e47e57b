// What a page does with relay-compiler: lists by its conventions, and types that are checked.
import { graphql } from "relay-runtime";
import type { MatchingRoles$data } from "./__generated__/MatchingRoles.graphql";
import type { MostBoundaries$data } from "./__generated__/MostBoundaries.graphql";
import type { relay_roles$data } from "./__generated__/relay_roles.graphql";

export const pages = graphql`
  fragment relay_roles on Query
  @refetchable(queryName: "relayRolesQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 50 }, cursor: { type: "String" }) {
    roles(first: $count, after: $cursor, orderBy: [{ name: ASC }]) @connection(key: "relay_roles") {
      totalCount
      edges {
        node {
          id
          name
          professions(first: 10) {
            edges {
              confidence
              node {
                name
              }
            }
          }
        }
      }
    }
  }
`;

export const names = (data: relay_roles$data): string[] =>
  data.roles.edges.map(({ node }) => `${node.name}: ${node.professions.edges.map((edge) => edge.node.name)}`);

export const total = (data: MatchingRoles$data): number => data.roles.totalCount;
export const read = (data: MatchingRoles$data): string[] => data.roles.nodes.map((role) => role.readOn);
export const spans = (data: MostBoundaries$data): number[] => data.roles.nodes.map((role) => role.boundarySpan.total);
