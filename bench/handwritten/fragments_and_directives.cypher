MATCH (m:Role {slug: 'midwife'}) MATCH (a:Role {slug: 'ap-stroke'})
RETURN {midwife: {__typename: 'Role', title: m.name, careerLevel: head(COLLECT { MATCH (m)-[:AT_CAREER_LEVEL]->(l) RETURN l {.level} }),
    professions: {totalCount: COUNT { (m)-[:WORKS_ACROSS]->() }, nodes: COLLECT { MATCH (m)-[:WORKS_ACROSS]->(p) WITH p ORDER BY p.slug LIMIT 25 RETURN p {.name} }}},
  ap: {__typename: 'Role', title: a.name, slug: a.slug, careerLevel: head(COLLECT { MATCH (a)-[:AT_CAREER_LEVEL]->(l) RETURN l {.level} }), professions: {totalCount: COUNT { (a)-[:WORKS_ACROSS]->() }}}} AS data
