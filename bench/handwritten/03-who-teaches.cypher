MATCH (r:Role {slug: 'ap-radiotherapy'})
RETURN {role: {name: r.name, programmes: {nodes: COLLECT { MATCH (r)<-[:PREPARES_FOR]-(p) WITH p ORDER BY p.slug LIMIT 25 RETURN p {.name, .award, .level, .scope,
  providers: {nodes: COLLECT { MATCH (p)<-[:OFFERS]-(u) WITH u ORDER BY u.slug LIMIT 25 OPTIONAL MATCH (u)-[:LOCATED_IN]->(g) RETURN u {.name, .town, region: g {.name}} }},
  evidence: COLLECT { UNWIND p.sources AS slug MATCH (s:Source {slug: slug}) RETURN {source: {name: s.name}, confidence: p.confidence} }} }}}} AS data
