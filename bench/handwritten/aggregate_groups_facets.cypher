MATCH (:Profession {slug: 'nursing'})<-[:WORKS_ACROSS]-(r) WHERE r.status = 'CURRENT' WITH r ORDER BY r.slug WITH collect(r) AS every
CALL (every) { UNWIND every AS r WITH r, COUNT { (r)-[:WORKS_ACROSS]->() } AS p, COUNT { (r)-[:WORKS_IN]->() } AS a, COUNT { MATCH (r)-[:WORKS_IN]->(x) RETURN DISTINCT x.sector } AS s
  RETURN {count: count(*), qualificationLevel: {count: count(r.qualificationLevel), countDistinct: count(DISTINCT r.qualificationLevel), min: min(r.qualificationLevel), max: max(r.qualificationLevel), avg: avg(r.qualificationLevel), sum: toFloat(sum(r.qualificationLevel))},
    professionsCount: {max: max(p), sum: toFloat(sum(p))}, status: {countDistinct: count(DISTINCT r.status)}, readOn: {min: min(r.readOn), max: max(r.readOn)}, boundarySpan: {total: {max: max(p + a + s)}}} AS agg }
CALL (every) { UNWIND every AS r OPTIONAL MATCH (r)-[:AT_CAREER_LEVEL]->(l) WITH l, r.confidence AS c, count(*) AS n, avg(r.qualificationLevel) AS q ORDER BY n DESC, l IS NULL, l.slug, c LIMIT 4
  RETURN collect({keys: [{field: 'careerLevel', value: l.slug, entity: l {.name}}, {field: 'confidence', value: c, entity: null}], count: n, aggregate: {qualificationLevel: {avg: q}}}) AS groups }
CALL () { MATCH (r:Role) WHERE r.status = 'CURRENT' OPTIONAL MATCH (r)-[:WORKS_ACROSS]->(p) WITH p, count(*) AS n ORDER BY n DESC, p IS NULL, p.slug LIMIT 3 RETURN collect({value: p.slug, entity: p {__typename: 'Profession', .name}, count: n}) AS f1 }
CALL () { MATCH (:Profession {slug: 'nursing'})<-[:WORKS_ACROSS]-(r) WITH r.status AS v, count(*) AS n ORDER BY n DESC, v LIMIT 3 RETURN collect({value: v, entity: null, count: n}) AS f2 }
CALL (every) { UNWIND every AS r WITH r.qualificationLevel AS v, count(*) AS n ORDER BY n DESC, v IS NULL, v LIMIT 3 RETURN collect({value: toString(v), entity: null, count: n}) AS f3 }
RETURN {roles: {totalCount: size(every), nodes: [r IN every[..3] | {slug: r.slug}], aggregate: agg, groups: groups, facets: [{field: 'professions', values: f1}, {field: 'status', values: f2}, {field: 'qualificationLevel', values: f3}],
  distinct: COLLECT { UNWIND every AS r WITH DISTINCT r.payBand AS b WHERE b IS NOT NULL RETURN b ORDER BY b }}} AS data
