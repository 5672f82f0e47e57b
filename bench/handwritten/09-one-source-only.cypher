CALL () { MATCH (n:Entity) WHERE size(n.sources) = 1 WITH n ORDER BY n.nameFolded, n.slug, n.id WITH collect(n) AS every
  CALL (every) { UNWIND every AS n WITH head(split(n.id, ':')) AS type, count(*) AS c ORDER BY c DESC, type RETURN collect({keys: [{value: type}], count: c}) AS groups }
  RETURN {totalCount: size(every), groups: groups, nodes: [n IN every[..25] | n {.id, .name, evidence: COLLECT { UNWIND n.sources AS slug MATCH (s:Source {slug: slug}) RETURN {confidence: n.confidence, source: s {.name, .publisher, .year}} }}]} AS one }
CALL () { MATCH (a:Entity)-[l]->(b:Entity) WHERE size(l.sources) = 1 WITH a, l, b ORDER BY a.id, type(l), b.id, coalesce(l.step, '') WITH collect([a, l, b]) AS every
  RETURN {totalCount: size(every), nodes: [x IN every[..5] | {from: {name: x[0].name}, type: type(x[1]), to: {name: x[2].name}, evidence: COLLECT { WITH x UNWIND x[1].sources AS slug MATCH (s:Source {slug: slug}) RETURN {source: {name: s.name}} }}]} AS links }
RETURN {dataQuality: {oneSource: one, relationshipsOnOneSource: links}} AS data
