MATCH (:Profession {slug: 'nursing'})<-[:WORKS_ACROSS]-(r:Role)-[:WORKS_ACROSS]->(:Profession {slug: 'physiotherapy'})
WITH r ORDER BY r.nameFolded, r.slug
WITH collect({name: r.name, professions: {edges: COLLECT { MATCH (r)-[w:WORKS_ACROSS]->(p) WITH w, p ORDER BY p.slug LIMIT 25 RETURN {confidence: w.confidence, node: {name: p.name}} }}}) AS roles
RETURN {roles: {totalCount: size(roles), nodes: roles[..25]}} AS data
