// One thing and its neighbours, which grow by what is chosen: by a click, or in the list of names.
import { Drawn, grow, hasMore, MOST, read } from './around.js';
import { leftOut, sentence } from './drawing.js';
import { node } from './shapes.js';

const PATIENCE_MS = 60_000;
const PAGE = '[data-picture="neighbours"]';

/** The sentence for an answer that is no page of a thing; which of the texts it is. */
const REFUSED = { 400: 'much', 401: 'barred', 403: 'barred', 404: 'gone', 410: 'gone', 429: 'often' };

class Refused extends Error {
  constructor(why, seconds = 60) {
    super(why);
    Object.assign(this, { why, seconds });
  }
}

/** Draw the thing of the page, and let others be chosen; `fitted` fits the drawing to its place. */
export function growing(figure, net, fitted) {
  const here = location.origin + location.pathname;
  const name = document.querySelector('h1').textContent.trim();
  net.add(node(here, name, 'here', here));
  const found = { figure, net, fitted, panel: panelOf(figure), drawn: new Drawn() };
  found.known = new Map([[here, read(document)]]);
  found.grown = new Set([here]);
  found.names = new Map([[here, name]]);
  draw(found, here);
  fitted();
  choose(found, here);
  listen(found);
}

function panelOf(figure) {
  const panel = figure.querySelector('.rg-grow');
  return {
    texts: panel.dataset,
    list: panel.querySelector('select'),
    more: panel.querySelector('button'),
    open: panel.querySelector('a'),
    said: panel.querySelector('[role=status]'),
    rows: figure.querySelector('[data-grown-rows]'),
  };
}

function listen(found) {
  const { net, panel } = found;
  net.on('tap', 'node[href]', (event) => choose(found, event.target.id()));
  panel.list.addEventListener('change', () => choose(found, panel.list.value));
  panel.more.addEventListener('click', () => more(found, panel.list.value));
}

/** Show what can be done with a thing. */
function choose(found, href) {
  const { net, panel, names } = found;
  net.nodes().removeClass('chosen');
  net.getElementById(href).addClass('chosen');
  panel.list.value = href;
  panel.open.href = href;
  panel.open.replaceChildren(...sentence(panel.open.dataset.open, { name: names.get(href) }));
  panel.said.replaceChildren();
  label(found, href);
  reveal(found, href);
}

/** Where the drawing is wider than its place, what is chosen is scrolled to. */
function reveal({ figure, net }, href) {
  const scroll = figure.querySelector('.rg-scroll');
  const { x1, x2 } = net.getElementById(href).renderedBoundingBox();
  const isSeen = x1 >= scroll.scrollLeft && x2 <= scroll.scrollLeft + scroll.clientWidth;
  if (!isSeen) scroll.scrollLeft = (x1 + x2 - scroll.clientWidth) / 2;
}

function label({ panel, grown }, href) {
  panel.more.textContent = panel.more.dataset[grown.has(href) ? 'more' : 'first'];
}

/** Draw more of a thing; one is asked for at a time. */
async function more(found, href) {
  if (found.isAsking) return;
  found.isAsking = true;
  const name = found.names.get(href);
  try {
    tell(found, ['asking'], { name });
    const groups = found.known.get(href) ?? (await ask(href, found.figure.dataset.version));
    found.known.set(href, groups);
    add(found, href, name);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(found, [error.why], { name, seconds: error.seconds });
  } finally {
    found.isAsking = false;
  }
}

function add(found, href, name) {
  const { net, drawn, known } = found;
  const before = net.elements().length;
  const { things } = still(found, href, () => {
    const done = draw(found, href);
    record(found, href, done.steps);
    return done;
  });
  label(found, href);
  const left = drawn.left(href, known.get(href));
  const isFull = hasMore(href, known.get(href), drawn) && net.nodes().length >= MOST - 1;
  const isSame = net.elements().length === before;
  const what = things ? 'added' : isSame ? 'nothing' : 'related';
  const whys = [!(isFull && isSame) && what, isFull && 'full', left > 0 && 'left'].filter(Boolean);
  tell(found, whys, { name, number: things, left, drawn: net.nodes().length, most: MOST });
}

/** Draw what is next of a thing, and say what is left out of all that were asked about. */
function draw(found, href) {
  const { net, drawn, known, grown, names, figure, panel } = found;
  const done = grow(net, href, known.get(href), drawn);
  grown.add(href);
  for (const { rows } of done.steps) for (const row of rows) names.set(row.href, row.name);
  list(panel.list, names);
  const left = [...grown].map((each) => drawn.left(each, known.get(each)));
  leftOut(figure, left.reduce((sum, each) => sum + each, 0));
  return done;
}

/** All that is drawn by name, the thing of the page first. */
function list(select, names) {
  const chosen = select.value;
  const [here, ...others] = names;
  others.sort(([, one], [, other]) => one.localeCompare(other));
  select.replaceChildren(...[here, ...others].map(([href, name]) => new Option(name, href)));
  select.value = chosen || here[0];
}

/** The rows of what was added, for those who read them. */
function record({ figure, panel, names }, href, steps) {
  const body = panel.rows.querySelector('tbody');
  for (const { group, rows } of steps) {
    for (const row of rows) {
      const line = body.insertRow();
      line.className = 'nhsuk-table__row';
      const head = document.createElement('th');
      head.scope = 'row';
      head.append(link(href, names.get(href)));
      line.append(head);
      line.insertCell().textContent = group.label;
      line.insertCell().append(link(row.href, row.name));
    }
  }
  panel.rows.hidden = !body.rows.length;
  const place = figure.querySelector('[data-grown]');
  const number = body.rows.length;
  if (number) place.replaceChildren(...sentence(place.dataset.grown, { number }));
}

function link(href, name) {
  const made = document.createElement('a');
  made.href = href;
  made.textContent = name;
  return made;
}

/** Change the drawing so that a thing is seen where it was. */
function still({ figure, net, fitted }, href, change) {
  const scroll = figure.querySelector('.rg-scroll');
  const at = () => {
    const { left, top } = net.container().getBoundingClientRect();
    const { x, y } = net.getElementById(href).renderedPosition();
    return { x: left + x, y: top + y };
  };
  const before = at();
  const done = change();
  fitted();
  scroll.scrollLeft += at().x - before.x;
  window.scrollBy({ top: at().y - before.y, behavior: 'instant' });
  return done;
}

/** Say sentences, one after the other. */
function tell({ panel }, whys, values) {
  const said = whys.map((why) => sentence(panel.texts[why], values));
  panel.said.replaceChildren(...said.flatMap((each) => [...each, ' ']));
}

/** What the page of a thing says it is related to; it must be of the data that is drawn. */
async function ask(href, version) {
  const page = new DOMParser().parseFromString(await fetched(href), 'text/html');
  const figure = page.querySelector(PAGE);
  if (!figure) throw new Refused('wrong');
  if (figure.dataset.version !== version) throw new Refused('changed');
  return read(page);
}

async function fetched(href) {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(href, { signal, headers: { accept: 'text/html' } });
    if (!response.ok) throw refused(response);
    return await response.text();
  } catch (error) {
    // Nothing came, or not in time.
    throw error instanceof Refused ? error : new Refused('away');
  }
}

function refused({ status, headers }) {
  return new Refused(REFUSED[status] ?? 'away', Number(headers.get('retry-after')) || 60);
}
