"""Requests and responses; the only part that knows Starlette.

access     who may do what: asked of every request but the probes
callers    who asks what is being answered
rates      how much each caller may ask in a minute
tokens     bearer tokens: a file of hashes
barred     refusals before any address, to browsers as a page
app        all routes, and errors that no route answers
documents  saved questions by the hash of their document
entities   entities by address
graphql    GraphQL over HTTP: POST and GET, by exact media type
kept       answers kept until another release of the data is shown
lists      lists by address, as files
ledger     numbers by name that several processes have in common
logs       what is logged, for people or as JSON; a line for each request
media      which media type the client takes
views      the pages of `graph.pages`, each at its address
pages      GraphiQL and its static files, with a strict content security policy
health     /livez and /readyz
questions  saved questions by address
problems   refusals on the level of HTTP, in the form of GraphQL errors
turns      so many operations at once
watch      /metrics, and how long an answer took
"""
