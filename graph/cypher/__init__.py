"""A Cypher tree and its text; knows neither GraphQL nor the driver.

escape   the only place that quotes a name or a constant
env      names for variables and parameters, given when text is made
ast      one small class a construct, each renders itself
"""
