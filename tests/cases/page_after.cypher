RETURN [COLLECT { MATCH (n0:Role) WITH n0 ORDER BY n0.qualificationLevel IS NULL, n0.qualificationLevel DESC, n0.nameFolded, n0.slug LIMIT $p0 RETURN [n0.name, n0.qualificationLevel] }] AS r0
