CALL () { RETURN COLLECT { MATCH (n0:Role) WHERE n0.slug IS NOT NULL WITH n0 ORDER BY n0.slug LIMIT $p0 RETURN [n0.slug, n0.name] } AS n1 } RETURN [n1, COUNT { MATCH (n0:Role) }] AS r0
