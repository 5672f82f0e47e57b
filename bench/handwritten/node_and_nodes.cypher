MATCH (p:Entity {id: 'Profession:nursing'})
RETURN {node: p {.id, __typename: split(p.id, ':')[0], .name, .group}, nodes: [id IN ['Role:midwife', 'Provider:university-of-salford', 'Skill:nothing'] | head(COLLECT { MATCH (n:Entity {id: id})
  RETURN CASE WHEN n:Provider THEN n {.id, .name, .town, region: head(COLLECT { MATCH (n)-[:LOCATED_IN]->(r) RETURN r {.name} })} ELSE n {.id, .name} END })]} AS data
