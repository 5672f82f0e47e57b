"""Pages for people who look: a GraphQL document asked in-process, and a template for its answer.

site        all pages of one graph; begin here
page        what a page is: a question, and how its answer becomes a view
parameters  the parameters of a page's address, each checked by name
home        the first page
search      results over all types
lists       the list of one kind: facets, filters, columns, order
entity      the page of one thing, of any type, from its declaration
questions   levels and shared roles, each a question of all roles
boundaries  roles that span boundaries, and which of them join what is chosen
ways        ways from role to role, and how two things are connected
compare     two to four roles side by side
about       help, and what changed
quality     what is missing or weak
weak        each kind of it: what it means, what to do, and its rows
lookup      a list of codes and names
regions     programmes, providers and case studies by region
saved       the saved questions: a form each, the answer as a table, files
report      a form and tables, as the pages of questions have them
pictures    what is drawn of the tables, by scripts
linked      JSON-LD in the head of the page of a thing
feed        what loads have changed, as an Atom feed
refusals    what is shown where there is no answer
barred      what is shown to who may not ask, or not now
blocks      what single types show besides what follows from their declaration
links       where things, lists and questions have their addresses
labels      what declared names are called
words       texts for people: numbers, dates, plurals, the catalogue of translations
render      Jinja2 over `templates/`

They know nothing of HTTP: an address's parameters come in, text and a status go out.
"""
