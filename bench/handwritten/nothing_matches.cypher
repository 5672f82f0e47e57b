MATCH (p:Profession {slug: 'nursing'})
RETURN {profession: {either: {totalCount: COUNT { MATCH (p)<-[:CROSSES]-() WHERE false }, groups: COLLECT { MATCH (p)<-[:CROSSES]-(c) WHERE false UNWIND c.sources AS s RETURN DISTINCT s }},
  neither: {totalCount: COUNT { MATCH (p)<-[:CROSSES]-() WHERE false }, groups: COLLECT { MATCH (p)<-[:CROSSES]-(c) WHERE false UNWIND c.sources AS s RETURN DISTINCT s }},
  inside: {totalCount: COUNT { MATCH (p)<-[:CROSSES]-(c) WHERE EXISTS { MATCH (c)-[:DEPICTS]->() WHERE false } }, groups: COLLECT { MATCH (p)<-[:CROSSES]-(c) WHERE EXISTS { MATCH (c)-[:DEPICTS]->() WHERE false } UNWIND c.sources AS s RETURN DISTINCT s },
    nodes: COLLECT { MATCH (p)<-[:CROSSES]-(c) WHERE EXISTS { MATCH (c)-[:DEPICTS]->() WHERE false } RETURN c {.id} LIMIT 1 }}}} AS data
