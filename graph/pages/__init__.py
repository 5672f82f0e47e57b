"""Pages for people who look: a GraphQL document asked in-process, and a template for its answer.

site        all pages of one graph; begin here
page        what a page is: a question, and how its answer becomes a view
parameters  the parameters of a page's address, each checked by name
home        the first page
search      results over all types
entity      the page of one thing, of any type, from its declaration
refusals    what is shown where there is no answer
blocks      what single types show besides what follows from their declaration
links       where things, lists and questions have their addresses
words       texts for people: numbers, dates, plurals, the catalogue of translations
render      Jinja2 over `templates/`

They know nothing of HTTP: an address's parameters come in, text and a status go out.
"""
