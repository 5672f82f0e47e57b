CALL () { RETURN COLLECT { MATCH (n0:Role) WITH n0 ORDER BY n0.payBandFolded DESC, n0.slug DESC LIMIT $p0 RETURN [n0.name, n0.payBand] } AS n1 } RETURN n1 AS r0
