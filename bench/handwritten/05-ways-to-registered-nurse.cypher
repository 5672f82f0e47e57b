MATCH (s:Role {slug: 'healthcare-assistant'}) MATCH (f:Role {slug: 'registered-nurse'})
MATCH p = (s)-[:LEADS_TO*1..6]->(f) WHERE all(n IN nodes(p) WHERE single(m IN nodes(p) WHERE m = n))
WITH DISTINCT nodes(p) AS way ORDER BY size(way), [n IN way | n.slug]
WITH collect({length: size(way) - 1, roles: [n IN way | {name: n.name}], steps: COLLECT { UNWIND range(0, size(way) - 2) AS i WITH way[i] AS a, way[i + 1] AS b
  RETURN {from: {name: a.name}, to: {name: b.name}, options: COLLECT { MATCH (a)-[l:LEADS_TO]->(b) WITH l ORDER BY l.step RETURN l {.how, .entryRequirements, .credit, .confidence,
    evidence: COLLECT { UNWIND l.sources AS slug MATCH (x:Source {slug: slug}) RETURN {source: {name: x.name}} }} }} }}) AS ways
RETURN {pathway: {ways: ways}} AS data
