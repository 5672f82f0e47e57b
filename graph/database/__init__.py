"""The one door to Neo4j.

connections    the driver's connections; nothing outside of here imports neo4j
session        reads and writes, each read of one release of the data
profile        what a statement took
faults         what the driver raises, as errors of ours
pulse          whether the database says anything at all
deadline       one time limit for many reads
artifacts      Neo4j's jars and a Java, fetched and checked
embedded       a private server: configured, started, watched, stopped
configuration  how it is set up
process        a server's process and port
guard          the process that sees to it that the server ends with its owner
lifecycle      which database to use, and starting it again when it has ended
"""
