// The saved questions of the repository, in the order of their numbers, with the words of their first lines.
const documents = import.meta.glob('../../questions/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const variables = import.meta.glob('../../questions/*.variables.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export const questions = Object.keys(documents)
  .sort()
  .map((path) => ({
    title: documents[path].split('\n', 1)[0].replace(/^#\s*/, ''),
    query: documents[path],
    variables: variables[path.replace('.graphql', '.variables.json')] ?? '',
  }));
