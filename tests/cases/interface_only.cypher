RETURN head(COLLECT { MATCH (n0:Entity|Retired {id: $p0}) RETURN [head(split(n0.id, ':')), [n0.id]] }) AS r0
