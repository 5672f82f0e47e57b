// Observable, cell by cell. The service must name the notebook's origin in ROLEGRAPH_CORS_ORIGINS.
base = "http://localhost:8000"

roles = d3.csv(`${base}/roles.csv?columns=name,careerLevel.level,professionsCount&order=name`, d3.autoType)

boundaries = (await fetch(`${base}/q/most-boundaries.rows.json`)).json()

Plot.plot({
  marginLeft: 380,
  marks: [Plot.barX(roles, { y: "name", x: "professionsCount", sort: { y: "-x", limit: 20 } })]
})
