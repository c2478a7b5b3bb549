// GraphiQL for the server that serves this page: its API is one step up from the page's folder.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';

const example = `# Ctrl-Enter runs this, Ctrl-Space completes.
# The book on the left documents every field.

{
  run {
    period
    plan
    members
    bonuses {
      bonus
      payees
      paid { amount currency }
    }
    roots(first: 3) {
      nodes {
        memberId
        name
        rank
        groupVolume
        earned { amount currency }
        children(first: 5) {
          totalCount
          nodes { memberId name rank groupVolume }
        }
      }
    }
  }
}
`;

const fetcher = createGraphiQLFetcher({ url: new URL('../graphql', document.baseURI).href });

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL fetcher={fetcher} defaultQuery={example} defaultEditorToolsVisibility={false} />,
);
