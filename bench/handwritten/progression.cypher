MATCH (r:Role {slug: 'assistant-practitioner'})
WITH r, COLLECT { MATCH (r)-[l:LEADS_TO]->(n) WITH l, n ORDER BY n.slug, l.step LIMIT 2 RETURN {credit: l.credit, node: {slug: n.slug}} } AS next
RETURN {role: {feederRoles: {edges: COLLECT { MATCH (r)<-[l:LEADS_TO]-(n) WITH l, n ORDER BY n.slug, l.step LIMIT 25 RETURN l {.step, .how, .entryRequirements, node: {slug: n.slug}} }},
  nextSteps: {totalCount: COUNT { (r)-[:LEADS_TO]->() }, pageInfo: {hasNextPage: size(next) > 1}, edges: next[..1]},
  broader: {totalCount: COUNT { (r)-[:SPECIALISES]->() }},
  narrower: {totalCount: COUNT { (r)<-[:SPECIALISES]-() }, nodes: COLLECT { MATCH (r)<-[:SPECIALISES]-(n) WITH n ORDER BY n.slug LIMIT 2 RETURN {slug: n.slug} }}}} AS data
