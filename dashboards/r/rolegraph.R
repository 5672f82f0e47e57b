# Base R is enough: an address is a data frame.
base <- Sys.getenv("ROLEGRAPH_URL", "http://localhost:8000")
rolegraph <- function(address) read.csv(paste0(base, address), encoding = "UTF-8", check.names = FALSE)

roles <- rolegraph("/roles.csv?columns=name,payBand,careerLevel.level,professionsCount&order=name")
boundaries <- rolegraph("/q/most-boundaries.csv")
print(table(roles$payBand))
print(head(boundaries, 10))
