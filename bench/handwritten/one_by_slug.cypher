MATCH (r:Role {slug: 'assistant-practitioner'})
RETURN {role: r {.id, .slug, .name, .altNames, .kind, .status, .registered, .qualificationLevel, .payBand, .inherited, retired: r:Retired, .readOn, .confidence, replacedBy: head(COLLECT { MATCH (r)-[:REPLACED_BY]->(n) RETURN {id: n.id} })}} AS data
