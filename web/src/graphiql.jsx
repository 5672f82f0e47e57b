// The GraphiQL page: all of it comes from this service, nothing from another host.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './page.css';

import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

import { Bar } from './examples.jsx';
import { exampleOf } from './values.js';
import { questions } from './questions.js';

// Not the toolkit's fetcher: it brings subscriptions and multipart, which the service has not.
async function fetcher({ operationName, ...request }) {
  // For a moment after another tab is chosen, GraphiQL still names the operation of the last one.
  const isThere = operationName && new RegExp(`\\b${operationName}\\b`).test(request.query);
  const response = await fetch(location.pathname, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
    },
    body: JSON.stringify(isThere ? { ...request, operationName } : request),
  });
  return response.json();
}

const [first] = questions;

// A page's link opens its question: what stands after # never reaches a server, and does not run.
const asked = new URLSearchParams(location.hash.slice(1));
const query = asked.get('query') ?? undefined;
const variables = query ? (asked.get('variables') ?? undefined) : first.variables || undefined;

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={[HISTORY_PLUGIN, explorerPlugin({ getDefaultScalarArgValue: exampleOf })]}
    defaultTabs={[{ query: query ?? first.query, variables }]}
    initialQuery={query}
    initialVariables={variables}
    isHeadersEditorEnabled={false}
  >
    <GraphiQL.Logo>
      <Bar fetcher={fetcher} />
    </GraphiQL.Logo>
  </GraphiQL>,
);
