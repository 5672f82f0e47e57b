"""Rolegraph: a GraphQL knowledge graph of health and care roles on Neo4j.

The layers, outermost first; each may import only those below it
(checked by import-linter, see pyproject.toml):

    http        requests and responses
    pages       HTML for people: a document asked in-process, and a template
    addresses   what a URL asks, as GraphQL; answers as rows and files
    execution   plan cache, running a plan, the fallback through graphql-core
    compiler    GraphQL selection set -> plan -> Cypher and projector
    schema      the graph's node types, one file each
    mapping     how a type declares itself, and what follows from that
    database    the one door to the driver, and the embedded server
    cypher      Cypher tree -> text
    settings    what can be set from outside
    environment reads values out of the environment
    files       files written whole or not at all
    telemetry   spans for OpenTelemetry, where they are asked for
    errors      every error, with its code
"""
