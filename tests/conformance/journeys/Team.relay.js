// A screen as Relay writes it: a fragment on a connection that loads the next page.
import { graphql } from "react-relay";

export const team = graphql`
  query TeamRelayQuery($memberId: ID!) {
    standing(memberId: $memberId, period: "2026-11") {
      rank
      groupVolume
      ...Team_frontline
    }
  }
`;

export const frontline = graphql`
  fragment Team_frontline on Standing
  @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" })
  @refetchable(queryName: "TeamFrontlinePageQuery") {
    children(first: $first, after: $after) @connection(key: "Team_children") {
      edges {
        node {
          memberId
          rank
          groupVolume
        }
      }
    }
  }
`;
