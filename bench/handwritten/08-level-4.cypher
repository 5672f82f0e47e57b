CALL () { MATCH (n:CareerLevel {level: 4}) UNWIND [['CAREER_FRAMEWORK', toString(n.level)], ['PAY_BAND', n.payBand]] AS r RETURN n, r
  UNION ALL MATCH (:CareerLevel {level: 4})<-[:AT_CAREER_LEVEL]-(n) UNWIND [['CAREER_FRAMEWORK', '4'], ['QUALIFICATION', toString(n.qualificationLevel)], ['PAY_BAND', n.payBand]] AS r RETURN n, r }
WITH n, r[0] AS axis, r[1] AS value WHERE value IS NOT NULL
WITH n, axis, value ORDER BY n.id
WITH axis, value, collect(n) AS entries ORDER BY axis, size(entries) DESC, value
RETURN {levels: collect({axis: axis, value: value, count: size(entries), statedBy: [n IN entries | {entity: n {.id, .name}, confidence: n.confidence,
  evidence: COLLECT { UNWIND n.sources AS slug MATCH (s:Source {slug: slug}) RETURN {source: {name: s.name}} }}]})} AS data
