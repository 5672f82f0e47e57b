CALL () { RETURN COLLECT { MATCH (n0:Entity|Retired {id: $p0}) RETURN [head(split(n0.id, ':')), [n0.id]] } AS n1 } RETURN head(n1) AS r0
