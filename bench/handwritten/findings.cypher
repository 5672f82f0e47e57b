MATCH (n:Finding) WHERE n.kind = 'NUMBER' WITH n ORDER BY n.value IS NULL, n.value DESC, n.slug LIMIT 25
RETURN {findings: {nodes: collect(n {.slug, .statement, .metric, .value, .comparator, .unit, .period, .place, .sentence, region: head(COLLECT { MATCH (n)-[:FOUND_IN]->(g) RETURN {name: g.name} }),
  roles: {nodes: COLLECT { MATCH (n)-[:ABOUT_ROLE]->(r) WITH r ORDER BY r.slug LIMIT 25 RETURN {slug: r.slug} }}})}} AS data
