MATCH (r:Role)
WHERE (NOT EXISTS { (r)-[:AT_CAREER_LEVEL]->() } OR NOT EXISTS { MATCH (r)-[:AT_CAREER_LEVEL]->(l) WHERE l.level <= 4 })
  AND EXISTS { MATCH (r)<-[:PREPARES_FOR]-()<-[o:OFFERS]-(u)-[:LOCATED_IN]->(g) WHERE o.apprenticeshipStarts > 100 AND g.slug = 'north-west' }
WITH r ORDER BY r.slug LIMIT 25
RETURN {roles: {nodes: collect({slug: r.slug, careerLevel: head(COLLECT { MATCH (r)-[:AT_CAREER_LEVEL]->(l) RETURN {level: l.level} })})}} AS data
