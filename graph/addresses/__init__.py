"""Answers by address: what a URL asks, as GraphQL; and what is answered, as rows and files.

parameters  the parameters of a URL: names, values by GraphQL's types, refusals that name them
filters     parameters -> a `where` input
columns     paths -> a selection, and values out of answers
lists       a list by address -> one document with its variables; begin here
tables      a question asked: rows page by page, of one release
entities    one entity: all that is said of it, and what that rests on
triples     an entity as JSON-LD and Turtle
saved       saved questions: files, parameters, rows
limited     lists of a saved question that may be cut
sources     how the sources of an answer want to be named
forms       rows as CSV, NDJSON, flat JSON, XLSX

It knows nothing of HTTP.
"""
