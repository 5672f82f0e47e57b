MATCH (:Profession {slug: 'nursing'})<-[:WORKS_ACROSS]-(r)-[:WORKS_IN]->(:ServiceArea {slug: 'stroke-services'}) WHERE r.kind = 'VARIANT' WITH r ORDER BY r.slug WITH collect(r) AS every
CALL (every) { UNWIND every AS r OPTIONAL MATCH (r)-[:AT_CAREER_LEVEL]->(l) WITH l, count(*) AS n ORDER BY n DESC, l.slug RETURN collect({value: l.slug, count: n}) AS levels }
CALL () { MATCH (r:Role)-[:WORKS_ACROSS]->(p) WHERE r.kind = 'VARIANT' WITH p, count(r) AS n ORDER BY n DESC, p.id RETURN collect({roles: n, entity: {id: p.id}}) AS rows }
CALL () { MATCH (r:Role)<-[:PREPARES_FOR]-()<-[:OFFERS]-(u:University) WHERE r.kind = 'VARIANT' WITH u, count(DISTINCT r) AS n ORDER BY n DESC, u.id RETURN collect({roles: n, entity: {name: u.name}}) AS columns }
CALL () { MATCH (p)<-[:WORKS_ACROSS]-(r:Role)<-[:PREPARES_FOR]-()<-[:OFFERS]-(u:University) WHERE r.kind = 'VARIANT' WITH p, u, count(DISTINCT r) AS n ORDER BY n DESC, p.id, u.id RETURN collect({roles: n, row: {id: p.id}, column: {id: u.id}}) AS cells }
RETURN {bridges: {totalCount: size(every), nodes: [r IN every | {slug: r.slug, professions: {nodes: COLLECT { MATCH (r)-[:WORKS_ACROSS]->(p) WITH p ORDER BY p.slug RETURN {slug: p.slug} }}}], facets: [{values: levels}]},
  overlap: {rows: rows, columns: columns, cells: cells[..5], truncated: size(cells) > 1000 OR size(rows) > 1000 OR size(columns) > 1000}} AS data
