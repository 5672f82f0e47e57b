MATCH (a:ServiceArea) WHERE NOT EXISTS { (a)<-[:SET_IN]-() }
WITH a ORDER BY a.nameFolded, a.slug
WITH collect(a {.name, .sector}) AS areas
RETURN {serviceAreas: {totalCount: size(areas), nodes: areas[..50]}} AS data
