CALL () { MATCH (r:Role) OPTIONAL MATCH (r)-[:WORKS_IN]->(a) WITH a, count(*) AS n ORDER BY n DESC, a IS NULL, a.slug LIMIT 5 RETURN collect({count: n, keys: [{value: a.slug, entity: a {.name}}]}) AS areas }
CALL () { MATCH (r:Role) OPTIONAL MATCH (r)-[:WORKS_ACROSS]->(p) WITH p, count(*) AS n ORDER BY p IS NULL, p.slug RETURN collect({count: n, aggregate: {count: n}, keys: [{field: 'professions', value: p.slug}]}) AS professions }
CALL () { MATCH (r:Role) OPTIONAL MATCH (r)-[:AT_CAREER_LEVEL]->(l) WITH l, count(*) AS n ORDER BY n, l IS NULL, l.slug RETURN collect({count: n, keys: [{value: l.slug}]}) AS levels }
CALL () { MATCH (r:Role) OPTIONAL MATCH (r)<-[:PREPARES_FOR]-(g) WITH g, count(*) AS n ORDER BY n DESC, g IS NULL, g.slug LIMIT 3 RETURN collect({value: g.slug, count: n}) AS programmes }
CALL () { MATCH (r:Role) OPTIONAL MATCH (r)<-[:DEPICTS]-(c) WITH c, count(*) AS n ORDER BY n DESC, c IS NULL, c.slug LIMIT 3 RETURN collect({value: c.slug, count: n}) AS cases }
CALL () { MATCH (r:Role) OPTIONAL MATCH (r)-[:WORKS_IN]->(a) WITH a, count(*) AS n ORDER BY n DESC, a IS NULL, a.slug LIMIT 4 RETURN collect({value: a.slug, count: n}) AS some }
CALL () { MATCH (p:Profession) OPTIONAL MATCH (p)<-[:WORKS_ACROSS]-(r) WITH r, count(*) AS n ORDER BY n DESC, r IS NULL, r.slug LIMIT 3 RETURN collect({count: n, keys: [{value: r.slug}]}) AS roles }
CALL () { MATCH (u:University) OPTIONAL MATCH (u)-[:OFFERS]->(g) WITH g, count(*) AS n ORDER BY n DESC, g IS NULL, g.slug LIMIT 3 RETURN collect({count: n, keys: [{value: g.slug}]}) AS offered }
RETURN {roles: {byArea: areas, byProfession: professions, byLevel: levels, facets: [{field: 'programmes', values: programmes}, {field: 'caseStudies', values: cases}]},
  some: {totalCount: COUNT { MATCH (:ServiceArea {slug: 'radiography'})<-[:WORKS_IN]-() }, facets: [{values: some}]}, professions: {groups: roles}, universities: {groups: offered}} AS data
