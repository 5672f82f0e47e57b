CALL () { MATCH (:Profession {slug: 'nursing'})<-[w:WORKS_ACROSS]-(r) WHERE w.confidence = 'UNSURE' WITH r ORDER BY r.slug WITH collect({slug: r.slug}) AS every RETURN {totalCount: size(every), nodes: every[..25]} AS some }
RETURN {some: some, all: {totalCount: COUNT { MATCH (r:Role) WHERE EXISTS { (r)-[:WORKS_ACROSS]->() } AND NOT EXISTS { MATCH (r)-[:WORKS_ACROSS]->(p) WHERE p.group <> 'ALLIED_HEALTH' } }},
  none: {totalCount: COUNT { MATCH (r:Role) WHERE NOT EXISTS { (r)<-[:PREPARES_FOR]-() } }},
  single: {totalCount: COUNT { MATCH (r:Role) WHERE COUNT { MATCH (r)-[:WORKS_ACROSS]->(p) WHERE p.regulatorFolded = 'hcpc' } = 1 }}} AS data
