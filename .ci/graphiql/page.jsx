// GraphiQL for the server that serves this page: its API is one step up from the page's folder.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';

const example = `# Upline answers here. Ctrl-Enter runs the query, Ctrl-Space completes,
# and the book on the left documents every type, field and argument.

{
  run {
    period
    plan
    members
    bonuses { bonus payees lines paid { amount currency } }
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
