MATCH (i:Identifier) WHERE i.value IN ['R0017', 'r0017']
MATCH (n:Entity|Retired)-[l:IDENTIFIED_BY]->(i)
WITH n, l, i ORDER BY CASE l.matchType WHEN 'EXACT' THEN 0 ELSE 1 END, n.id
RETURN {resolve: collect({matchType: l.matchType, identifier: i {.scheme, .schemeVersion, .value, .label}, entity: n {.id, .name, .altNames}})} AS data
