MATCH (r:Role)
WITH r, COUNT { (r)-[:WORKS_ACROSS]->() } AS professions, COUNT { (r)-[:WORKS_IN]->() } AS areas, COUNT { MATCH (r)-[:WORKS_IN]->(a) RETURN DISTINCT a.sector } AS sectors
ORDER BY professions + areas + sectors DESC, r.nameFolded, r.slug LIMIT 10
RETURN {roles: {nodes: collect({name: r.name, boundarySpan: {professions: professions, serviceAreas: areas, sectors: sectors, total: professions + areas + sectors}})}} AS data
