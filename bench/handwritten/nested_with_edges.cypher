MATCH (r:Role) WHERE r.slug STARTS WITH 'ap-t' WITH r ORDER BY r.slug LIMIT 25
RETURN {roles: {nodes: collect({name: r.name, careerLevel: head(COLLECT { MATCH (r)-[:AT_CAREER_LEVEL]->(l) RETURN l {.level, .name} }),
  professions: {totalCount: COUNT { (r)-[:WORKS_ACROSS]->() }, edges: COLLECT { MATCH (r)-[w:WORKS_ACROSS]->(p) WITH w, p ORDER BY w.confidence, p.nameFolded DESC, p.slug LIMIT 25
    RETURN {confidence: w.confidence, readOn: w.readOn, node: p {.name, .regulator}, evidence: COLLECT { UNWIND w.sources AS slug MATCH (s:Source {slug: slug}) RETURN {source: s {.slug, .publisher, .year}, confidence: w.confidence, readOn: w.readOn} }} }}})}} AS data
