RETURN [COLLECT { MATCH (n0:Role) WHERE n0.slug IS NOT NULL WITH n0 ORDER BY n0.slug LIMIT $p0 RETURN [[COLLECT { UNWIND n0.sources AS n1 MATCH (n2:Source {slug: n1}) RETURN [[]] }]] }] AS r0
