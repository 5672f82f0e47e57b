MATCH (s:Role {slug: 'assistant-practitioner'}) MATCH (f:Provider {slug: 'sheffield-hallam-university'})
MATCH p = SHORTEST 100 (s)(()--(x:Entity WHERE x <> s)){1,4}(f)
WITH p ORDER BY length(p), reduce(m = 0, d IN [n IN nodes(p)[1..-1] | COUNT { (n)--() }] | CASE WHEN d > m THEN d ELSE m END) / 16, reduce(m = 0, d IN [r IN relationships(p) | CASE r.confidence WHEN 'CONFIRMED' THEN 0 WHEN 'SEED' THEN 1 WHEN 'SINGLE' THEN 2 ELSE 3 END] | CASE WHEN d > m THEN d ELSE m END), reduce(d = 0, n IN nodes(p)[1..-1] | d + COUNT { (n)--() }), [n IN nodes(p) | n.id] LIMIT 3
RETURN {paths: collect({length: length(p), steps: COLLECT { UNWIND range(0, length(p) - 1) AS i WITH relationships(p)[i] AS l, nodes(p)[i] AS a, nodes(p)[i + 1] AS b
  RETURN {from: {name: a.name}, relationship: type(l), direction: CASE WHEN startNode(l) = a THEN 'FORWARD' ELSE 'BACKWARD' END, to: {name: b.name}, confidence: l.confidence,
    evidence: COLLECT { UNWIND l.sources AS slug MATCH (x:Source {slug: slug}) RETURN {source: {name: x.name}} }} }})} AS data
