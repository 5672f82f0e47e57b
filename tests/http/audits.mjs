// Runs the audits of the npm package graphql-http against a server; prints one JSON line an audit.
import { createRequire } from 'node:module';

const [, , url, packages] = process.argv;
const { serverAudits } = createRequire(packages)('graphql-http');
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const { status, name, reason } = await audit.fn();
  console.log(JSON.stringify({ status, name, reason }));
}
