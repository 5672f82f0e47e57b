// Networks: steps from left to right, or one thing and its neighbours; drawn from the page's tables.
import cytoscape from 'cytoscape';
import fcose from 'cytoscape-fcose';

import { colours, drawnAlways, nameOf, rowsOf, save, saveText, short } from './drawing.js';
import { growing } from './growing.js';
import { edge, node, style } from './shapes.js';
import { svgOf } from './vector.js';

cytoscape.use(fcose);

const NARROWEST = 560;
const COLUMN = 320;
const LINE = 120;
// Smaller letters are not read: what is wider scrolls.
const SMALLEST = 0.6;

// Cytoscape would write a style element, which the page's policy forbids, were none there.
const written = document.createElement('meta');
written.id = '__________cytoscape_stylesheet';
document.head.append(written);

/**
 * Things by address and the steps between them: each as far to the right as the longest way to it,
 * on the line of the first way that passes it.
 */
function steps() {
  const things = new Map();
  const ways = new Map();
  for (const [line, table] of document.querySelectorAll('table[data-steps]').entries()) {
    const column = new Map();
    for (const [from, to, how] of rowsOf(table)) {
      if (!column.has(from.href)) column.set(from.href, 0);
      if (!column.has(to.href)) column.set(to.href, column.get(from.href) + 1);
      for (const each of [from, to]) {
        const known = things.get(each.href) ?? { ...each, line, column: 0 };
        known.column = Math.max(known.column, column.get(each.href));
        things.set(each.href, known);
      }
      const key = `${from.href} ${to.href}`;
      const way = ways.get(key) ?? { from: from.href, to: to.href, how: new Set() };
      ways.set(key, { ...way, how: way.how.add(how.text) });
    }
  }
  return [
    ...placed([...things.values()]).map(({ place, ...each }) => ({
      ...node(each.href, each.text, 'thing', each.href),
      position: { x: each.column * COLUMN, y: place * LINE },
    })),
    ...[...ways.values()].map(({ from, to, how: [first, ...others] }) =>
      edge(from, to, others.length ? `${short(first, 40)} (+${others.length})` : first),
    ),
  ];
}

/** Each with a place of its own: those of one line in one column stand below each other. */
function placed(things) {
  const lines = Map.groupBy(things, ({ line }) => line);
  let top = 0;
  return [...lines.values()].flatMap((line) => {
    const columns = [...Map.groupBy(line, ({ column }) => column).values()];
    const high = Math.max(...columns.map(({ length }) => length));
    const first = top;
    top += high;
    return columns.flatMap((column) =>
      column.map((each, at) => ({ ...each, place: first + at + (high - column.length) / 2 })),
    );
  });
}

const KINDS = { steps: drawSteps, neighbours: growing };

function draw(figure) {
  figure.hidden = false;
  const place = figure.querySelector('.rg-picture__drawing');
  const net = cytoscape({
    container: place,
    style: style(colours()),
    // It stands still in the page: wheel and fingers scroll the page, a click opens or chooses.
    userZoomingEnabled: false,
    userPanningEnabled: false,
    boxSelectionEnabled: false,
    autounselectify: true,
    autoungrabify: true,
  });
  KINDS[figure.dataset.picture](figure, net, () => fit(net, place));
  drawnAlways(() => {
    place.style.backgroundColor = colours().paper;
    net.style(style(colours()));
  });
  figure.querySelector('[data-save="png"]').addEventListener('click', () => {
    save(net.png({ full: true, scale: 2, bg: colours().paper }), `${nameOf(figure)}.png`);
  });
  figure.querySelector('[data-save="svg"]').addEventListener('click', () => {
    const title = figure.querySelector('figcaption strong').textContent;
    saveText(svgOf(net, title, colours().paper), 'image/svg+xml', `${nameOf(figure)}.svg`);
  });
}

function drawSteps(_figure, net, fitted) {
  net.add(steps());
  fitted();
  net.on('tap', 'node[href]', (event) => location.assign(event.target.data('href')));
}

/** As large as what is drawn, at least as wide as the page; what is wider scrolls. */
function fit(net, place) {
  const box = net.elements().boundingBox();
  const width = Math.max(place.parentElement.clientWidth, NARROWEST);
  const scale = Math.min(1, width / (box.w + 40));
  const zoom = Math.max(scale, SMALLEST);
  place.style.width = `${Math.max(width, (box.w + 40) * zoom)}px`;
  place.style.height = `${(box.h + 40) * zoom}px`;
  net.resize();
  net.zoom(zoom);
  net.center();
}

for (const figure of document.querySelectorAll('[data-picture]')) {
  if (figure.dataset.picture in KINDS) draw(figure);
}
