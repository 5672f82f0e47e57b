MATCH (p:Profession) WITH p ORDER BY COUNT { (p)<-[:WORKS_ACROSS]-() } DESC, p.slug LIMIT 3
CALL (p) { MATCH (p)<-[w:WORKS_ACROSS]-(r) WHERE r.status = 'CURRENT' WITH r, w ORDER BY r.slug RETURN collect([r, w]) AS every }
CALL (every) { UNWIND every AS x WITH x[0] AS r, x[1] AS w RETURN {qualificationLevel: {max: max(r.qualificationLevel)}} AS agg, {confidence: {countDistinct: count(DISTINCT w.confidence)}, readOn: {max: max(w.readOn)}} AS edgeAgg }
CALL (every) { UNWIND every AS x WITH x[0] AS r, x[1] AS w WITH w.confidence AS c, r.kind AS k, count(*) AS n, avg(COUNT { (r)-[:WORKS_ACROSS]->() }) AS a, min(w.readOn) AS o ORDER BY k IS NULL, k, c IS NULL, c
  RETURN collect({keys: [{field: 'kind', value: k}, {field: 'edge.confidence', value: c}], count: n, aggregate: {professionsCount: {avg: a}}, edgeAggregate: {readOn: {min: o}}}) AS groups }
CALL (every) { UNWIND every AS x UNWIND x[1].sources AS s WITH DISTINCT s ORDER BY s LIMIT 2 RETURN collect(s) AS sources }
CALL (every) { UNWIND every AS x WITH x[0] AS r MATCH (r)-[:AT_CAREER_LEVEL]->(l) WITH DISTINCT l ORDER BY l.slug RETURN collect(l.slug) AS levels }
CALL (every) { UNWIND every[..1] AS x WITH x[0] AS r CALL (r) { MATCH (r)-[:LEADS_TO]->(o) WITH o.kind AS k, count(*) AS n ORDER BY n DESC, k IS NULL, k LIMIT 25 RETURN collect({value: k, count: n}) AS kinds } CALL (r) { MATCH (r)-[l:LEADS_TO]->() WITH l.step AS s, count(*) AS n ORDER BY n DESC, s LIMIT 25 RETURN collect({value: s, count: n}) AS steps }
  RETURN collect({slug: r.slug, nextSteps: {facets: [{field: 'kind', values: kinds}, {field: 'edge.step', values: steps}]}}) AS page }
WITH collect({slug: p.slug, roles: {totalCount: size(every), aggregate: agg, edgeAggregate: edgeAgg, groups: groups, distinct: sources, levels: levels, nodes: page}}) AS professions
MATCH (a:Role {slug: 'associate-practitioner'})
CALL (a) { MATCH (a)-[:WORKS_ACROSS]->(p) WITH p, COUNT { (p)<-[:WORKS_ACROSS]-() } AS n RETURN {count: count(*), rolesCount: {sum: toFloat(sum(n)), avg: avg(n)}} AS agg }
CALL (a) { MATCH (a)-[:WORKS_ACROSS]->(p) WITH p.group AS g, count(*) AS n ORDER BY n DESC, g IS NULL, g RETURN collect({count: n}) AS groups }
RETURN {professions: {nodes: professions}, none: {professions: {aggregate: agg, groups: groups}}} AS data
