"""A Cypher tree and its text; knows neither GraphQL nor the driver.

escape       the only place that quotes a name or a constant
env          names for variables and parameters, given when text is made
expressions  what has a value
clauses      patterns, and the clauses of a statement
ast          all of these constructs under one name, each renders itself
"""
