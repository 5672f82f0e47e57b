MATCH (s:ServiceArea {slug: 'community'}) MATCH (p:Profession {slug: 'nursing'})
CALL (s) { MATCH q = (s)<-[:WITHIN*1..20]-(a) WITH a, min(length(q)) AS d ORDER BY d, a.slug RETURN collect({depth: d, serviceArea: {slug: a.slug, ancestors: COLLECT { MATCH (a)-[:WITHIN]->(b) RETURN {depth: 1, serviceArea: {slug: b.slug}} }}}) AS below }
CALL (p) { MATCH (p)<-[:WORKS_ACROSS]-(r) WITH r ORDER BY r.slug LIMIT 2
  CALL (r) { MATCH (r)-[:WORKS_ACROSS|WORKS_IN|REQUIRES]->(x)<-[:WORKS_ACROSS|WORKS_IN|REQUIRES]-(o) WITH o, count(x) AS both
    WITH o, toFloat(both) / (COUNT { (r)-[:WORKS_ACROSS|WORKS_IN|REQUIRES]->() } + COUNT { (o)-[:WORKS_ACROSS|WORKS_IN|REQUIRES]->() } - both) AS score ORDER BY score DESC, o.slug LIMIT 2
    CALL (o) { MATCH (o)-[:WORKS_ACROSS|WORKS_IN|REQUIRES]->(x)<-[:WORKS_ACROSS|WORKS_IN|REQUIRES]-(t) WITH t, count(x) AS both
      WITH t, toFloat(both) / (COUNT { (o)-[:WORKS_ACROSS|WORKS_IN|REQUIRES]->() } + COUNT { (t)-[:WORKS_ACROSS|WORKS_IN|REQUIRES]->() } - both) AS sc ORDER BY sc DESC, t.slug LIMIT 1 RETURN collect({role: {slug: t.slug}}) AS second }
    CALL (r, o) { MATCH (r)-[l:WORKS_ACROSS|WORKS_IN|REQUIRES]->(x)<-[:WORKS_ACROSS|WORKS_IN|REQUIRES]-(o) WITH type(l) AS k, x ORDER BY x.slug WITH k, collect(x) AS xs ORDER BY k
      RETURN collect({relationship: k, sentence: r.name + CASE k WHEN 'WORKS_ACROSS' THEN ' works across ' WHEN 'WORKS_IN' THEN ' works in ' ELSE ' needs ' END + reduce(t = head(xs).name, x IN tail(xs) | t + ', ' + x.name) + ', and so does ' + o.name + '.', entities: [x IN xs | {id: x.id}]}) AS reasons }
    RETURN collect({score: score, role: {slug: o.slug, similar: second}, reasons: reasons}) AS alike }
  RETURN collect({slug: r.slug, alike: alike}) AS roles }
CALL () { UNWIND ['Role:midwife', 'Region:nowhere', 'Role:ap-stroke'] AS id OPTIONAL MATCH (n:Entity {id: id}) CALL (n) { OPTIONAL MATCH q = (n)-[:SPECIALISES*1..20]->(b) WITH b, min(length(q)) AS d ORDER BY d, b.slug RETURN [x IN collect({depth: d, role: {slug: b.slug}}) WHERE x.depth IS NOT NULL] AS up }
  RETURN collect({n: CASE WHEN n IS NULL THEN null ELSE {id: n.id, ancestors: up, boundarySpan: {total: COUNT { (n)-[:WORKS_ACROSS]->() } + COUNT { (n)-[:WORKS_IN]->() } + COUNT { MATCH (n)-[:WORKS_IN]->(x) RETURN DISTINCT x.sector }}} END}) AS rows }
RETURN {s: {descendants: below}, profession: {roles: {nodes: roles}}, nodes: [x IN rows | x.n]} AS data
