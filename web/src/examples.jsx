// The bar above GraphiQL: where the pages are, and the example questions in plain words.
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';
import { createPortal } from 'react-dom';

import { questions } from './questions.js';
import { learn } from './values.js';

// A tab whose question has variables shows them; GraphiQL decides that for the first tab alone.
const showVariables = () =>
  document.querySelector('.graphiql-editors button[aria-label="Show editor tools"]')?.click();

export function Bar({ fetcher }) {
  const { addTab } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);

  const schema = useGraphiQL((state) => state.schema);
  const isBuilding = useGraphiQL((state) => state.visiblePlugin?.title === 'GraphiQL Explorer');
  useEffect(() => {
    // Without it the builder puts in empty texts, as it always did.
    if (schema && isBuilding) learn(schema, fetcher).catch(() => {});
  }, [schema, isBuilding, fetcher]);

  const open = ({ target }) => {
    const question = questions[target.value];
    target.value = '';
    addTab();
    queryEditor.setValue(question.query);
    variableEditor.setValue(question.variables);
    if (question.variables) showVariables();
  };

  return createPortal(
    <>
      <h1>Questions in GraphQL</h1>
      <label>
        <span>Examples</span>
        <select defaultValue="" onChange={open} disabled={!queryEditor || !variableEditor}>
          <option value="" disabled>
            Open an example …
          </option>
          {questions.map(({ title }, at) => (
            <option key={title} value={at}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <nav aria-label="Elsewhere">
        <a href="./">Pages</a>
        <a href="./q">Saved questions</a>
        <a href="./help">Help</a>
      </nav>
      <p className="keys">Ctrl+M, then Tab, leaves the editor. Ctrl+Enter asks.</p>
    </>,
    document.getElementById('bar'),
  );
}
