"""Requests and responses; the only part that knows Starlette.

app        all routes, and errors that no route answers
graphql    GraphQL over HTTP: POST and GET, by exact media type
media      which media type the client takes
views      the pages of `graph.pages`, each at its address
pages      GraphiQL and its static files, with a strict content security policy
health     /livez and /readyz
problems   refusals on the level of HTTP, in the form of GraphQL errors
"""
