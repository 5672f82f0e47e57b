MATCH (s:Role {slug: 'assistant-practitioner'}) MATCH (f:Role {slug: 'occupational-therapist'})
RETURN {gap: {basis: CASE WHEN EXISTS { (s)-[:REQUIRES]->() } AND EXISTS { (f)-[:REQUIRES]->() } THEN 'SKILLS' ELSE 'PROFESSIONS_LEVELS_PROGRAMMES' END,
  missingSkills: COLLECT { MATCH (f)-[:REQUIRES]->(k) WHERE NOT EXISTS { (s)-[:REQUIRES]->(k) } WITH k ORDER BY k.slug RETURN {name: k.name} },
  sharedSkills: COLLECT { MATCH (f)-[:REQUIRES]->(k)<-[:REQUIRES]-(s) WITH k ORDER BY k.slug RETURN {name: k.name} },
  missingProfessions: COLLECT { MATCH (f)-[:WORKS_ACROSS]->(k) WHERE NOT EXISTS { (s)-[:WORKS_ACROSS]->(k) } WITH k ORDER BY k.slug RETURN {name: k.name} },
  sharedProfessions: COLLECT { MATCH (f)-[:WORKS_ACROSS]->(k)<-[:WORKS_ACROSS]-(s) WITH k ORDER BY k.slug RETURN {name: k.name} },
  levels: [{axis: 'CAREER_FRAMEWORK', from: toString(head(COLLECT { MATCH (s)-[:AT_CAREER_LEVEL]->(l) RETURN l.level })), to: toString(head(COLLECT { MATCH (f)-[:AT_CAREER_LEVEL]->(l) RETURN l.level }))},
    {axis: 'QUALIFICATION', from: toString(s.qualificationLevel), to: toString(f.qualificationLevel)}, {axis: 'PAY_BAND', from: s.payBand, to: f.payBand}],
  programmes: COLLECT { MATCH (f)<-[:PREPARES_FOR]-(p) WITH p ORDER BY p.slug RETURN {programme: p {.name, .award}, preparesFor: true, covers: [],
    providers: COLLECT { MATCH (p)<-[:OFFERS]-(u) OPTIONAL MATCH (u)-[:LOCATED_IN]->(g) WITH u, g ORDER BY u.slug RETURN {provider: {name: u.name}, region: g {.name}} }} }}} AS data
