MATCH (e:Role {slug: 'entry-level-support-worker'}) MATCH (rn:Role {slug: 'registered-nurse'}) MATCH (h:Role {slug: 'healthcare-assistant'}) MATCH (ap:Role {slug: 'assistant-practitioner'})
CALL (e, rn) { MATCH p = (e)-[:LEADS_TO*1..6]->(rn) WHERE all(n IN nodes(p) WHERE single(m IN nodes(p) WHERE m = n)) WITH DISTINCT nodes(p) AS ns ORDER BY size(ns), [n IN ns | n.slug] LIMIT 100
  RETURN collect({length: size(ns) - 1, roles: [n IN ns | n {.slug}], steps: COLLECT { UNWIND range(0, size(ns) - 2) AS i WITH ns[i] AS a, ns[i + 1] AS b RETURN {options: COLLECT { MATCH (a)-[l:LEADS_TO]->(b) WITH l ORDER BY l.step RETURN l {.step, .credit} }} }}) AS ways }
CALL (rn, h) { OPTIONAL MATCH p = (rn)-[:LEADS_TO*1..6]->(h) WITH collect(length(p)) AS lengths RETURN CASE WHEN size(lengths) > 0 THEN {ways: [n IN lengths | {length: n}]} END AS noWay }
CALL (ap, h) { MATCH (g)-[:PREPARES_FOR]->(ap) RETURN g UNION MATCH (ap)-[:REQUIRES]->(s)<-[:DEVELOPS]-(g) WHERE NOT EXISTS { (h)-[:REQUIRES]->(s) } RETURN g }
WITH e, rn, h, ap, ways, noWay, g ORDER BY g.slug
WITH h, ap, ways, noWay, collect({programme: {slug: g.slug}, preparesFor: EXISTS { (g)-[:PREPARES_FOR]->(ap) }, covers: COLLECT { MATCH (g)-[:DEVELOPS]->(s)<-[:REQUIRES]-(ap) WHERE NOT EXISTS { (h)-[:REQUIRES]->(s) } WITH s ORDER BY s.slug RETURN s {.slug} },
  providers: COLLECT { MATCH (g)<-[:OFFERS]-(u) OPTIONAL MATCH (u)-[:LOCATED_IN]->(r) WITH u, r ORDER BY u.slug RETURN {provider: u {.slug}, region: r {.slug}} }}) AS programmes
CALL () { MATCH (r:Role) WHERE r.qualificationLevel = 6 UNWIND [['CAREER_FRAMEWORK', toString(head(COLLECT { MATCH (r)-[:AT_CAREER_LEVEL]->(l) RETURN l.level }))], ['QUALIFICATION', toString(r.qualificationLevel)], ['PAY_BAND', r.payBand]] AS f WITH f[0] AS axis, f[1] AS v, r WHERE v IS NOT NULL
  WITH axis, v, r ORDER BY r.id WITH axis, v, collect({entity: r {.id}}) AS by ORDER BY axis, size(by) DESC, v RETURN collect({axis: axis, value: v, count: size(by), statedBy: by}) AS levels }
CALL () {
  CALL () { MATCH (n:CareerLevel) WHERE n.payBand =~ '(.*[ /(:])?3([ /):].*)?' RETURN n UNION MATCH (n:Role) WHERE n.payBand =~ '(.*[ /(:])?3([ /):].*)?' RETURN n }
  UNWIND CASE WHEN n:Role THEN [['CAREER_FRAMEWORK', toString(head(COLLECT { MATCH (n)-[:AT_CAREER_LEVEL]->(l) RETURN l.level }))], ['QUALIFICATION', toString(n.qualificationLevel)], ['PAY_BAND', n.payBand]] ELSE [['CAREER_FRAMEWORK', toString(n.level)], ['PAY_BAND', n.payBand]] END AS f
  WITH f[0] AS axis, f[1] AS v, count(*) AS c WHERE v IS NOT NULL WITH axis, v, c ORDER BY axis, c DESC, v RETURN collect({axis: axis, value: v, count: c}) AS band }
RETURN {pathway: {ways: ways}, noWay: noWay, gap: {basis: CASE WHEN EXISTS { (h)-[:REQUIRES]->() } AND EXISTS { (ap)-[:REQUIRES]->() } THEN 'SKILLS' ELSE 'PROFESSIONS_LEVELS_PROGRAMMES' END,
    missingSkills: COLLECT { MATCH (ap)-[:REQUIRES]->(s) WHERE NOT EXISTS { (h)-[:REQUIRES]->(s) } WITH s ORDER BY s.slug RETURN s {.slug} }, missingProfessions: COLLECT { MATCH (ap)-[:WORKS_ACROSS]->(p) WHERE NOT EXISTS { (h)-[:WORKS_ACROSS]->(p) } WITH p ORDER BY p.slug RETURN p {.slug} },
    levels: [{axis: 'CAREER_FRAMEWORK', from: toString(head(COLLECT { MATCH (h)-[:AT_CAREER_LEVEL]->(l) RETURN l.level })), to: toString(head(COLLECT { MATCH (ap)-[:AT_CAREER_LEVEL]->(l) RETURN l.level }))}, {axis: 'QUALIFICATION', from: toString(h.qualificationLevel), to: toString(ap.qualificationLevel)}, {axis: 'PAY_BAND', from: h.payBand, to: ap.payBand}],
    programmes: programmes}, levels: levels, band: band} AS data
