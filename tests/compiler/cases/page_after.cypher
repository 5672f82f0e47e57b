CALL () { RETURN COLLECT { MATCH (n0:Book) WITH n0 ORDER BY n0.year IS NULL, n0.year DESC, n0.nameFolded, n0.slug LIMIT $p0 RETURN [n0.name, n0.year] } AS n1 } RETURN n1 AS r0
