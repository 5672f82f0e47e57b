MATCH (a:Entity {id: 'Role:ap-radiotherapy'}) MATCH (g:Entity {id: 'Role:assistant-practitioner'}) MATCH (f:Entity {id: 'Provider:sheffield-hallam-university'}) MATCH (t:Entity {id: 'Skill:therapy-skills'}) MATCH (n:Entity {id: 'Region:north-west'})
CALL (a, f) { MATCH p = ALL SHORTEST (a)(()--(:Entity)){1,3}(f) WITH p ORDER BY length(p), reduce(d = 0, n IN nodes(p)[1..-1] | d + COUNT { (n)--() }), [n IN nodes(p) | n.id] LIMIT 1
  RETURN {length: length(p), nodes: [n IN nodes(p) | n {.id}], steps: COLLECT { UNWIND range(0, length(p) - 1) AS i WITH relationships(p)[i] AS l, nodes(p)[i] AS x, nodes(p)[i + 1] AS y
    RETURN {from: {id: x.id}, relationship: type(l), direction: CASE WHEN startNode(l) = x THEN 'FORWARD' ELSE 'BACKWARD' END, to: {id: y.id}, confidence: l.confidence, evidence: COLLECT { UNWIND l.sources AS slug MATCH (s:Source {slug: slug}) RETURN {source: {slug: s.slug}} }} }} AS path }
CALL (g, f) { MATCH p = SHORTEST 100 (g)(()-[:SPECIALISES|PREPARES_FOR|OFFERS]-(x WHERE x <> g)){1,4}(f) WITH p ORDER BY length(p), reduce(d = 0, n IN nodes(p)[1..-1] | d + COUNT { (n)--() }), [n IN nodes(p) | n.id] LIMIT 2
  RETURN collect({length: length(p)}) AS paths }
CALL (a) { MATCH (a)--(x:Entity) WITH DISTINCT x ORDER BY x.id RETURN collect(x) AS around }
CALL (a, around) { WITH [a] + around AS kept UNWIND kept AS x MATCH (x)-[l]->(y) WHERE y IN kept WITH x.id AS from, y.id AS to, type(l) AS type, l.confidence AS c ORDER BY from, type, to RETURN collect({from: from, to: to, relationship: type, confidence: c}) AS edges }
RETURN {path: path, paths: paths, none: CASE WHEN EXISTS { (t)--(n) } THEN {length: 1} END, same: null, subgraph: {truncated: size(around) >= 1000, nodes: [n IN [a] + around | n {.id}], edges: edges}} AS data
