CALL () { MATCH (r:Role)-[:WORKS_ACROSS]->(p) WITH p, count(r) AS roles ORDER BY roles DESC, p.id RETURN collect({entity: {name: p.name}, roles: roles}) AS rows }
CALL () { MATCH (r:Role)-[:WORKS_IN]->(a) WITH a, count(r) AS roles ORDER BY roles DESC, a.id RETURN collect({entity: {name: a.name}, roles: roles}) AS columns }
CALL () { MATCH (p)<-[:WORKS_ACROSS]-(r:Role)-[:WORKS_IN]->(a) WITH p, a, count(r) AS roles ORDER BY roles DESC, p.id, a.id RETURN collect({row: {name: p.name}, column: {name: a.name}, roles: roles}) AS cells }
RETURN {overlap: {rows: rows, columns: columns, cells: cells, truncated: size(cells) > 1000 OR size(rows) > 1000 OR size(columns) > 1000}} AS data
