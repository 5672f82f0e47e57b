// Networks: steps from left to right, or one thing and its neighbours; drawn from the page's tables.
import cytoscape from 'cytoscape';
import fcose from 'cytoscape-fcose';

import { colours, drawnAlways, FONT, leftOut, nameOf, rowsOf, save, short } from './drawing.js';

cytoscape.use(fcose);

const MOST = 150;
const MOST_OF_ONE = 12;
const NARROWEST = 560;
const COLUMN = 320;
const LINE = 120;
const RING = 520;
const LETTER = 7.2;
const WIDEST = 140;

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
  return {
    elements: [
      ...[...things.values()].map((each) => ({
        ...node(each.href, each.text, 'thing', each.href),
        position: { x: each.column * COLUMN, y: each.line * LINE },
      })),
      ...[...ways.values()].map(({ from, to, how: [first, ...others] }) =>
        edge(from, to, others.length ? `${short(first, 40)} (+${others.length})` : first),
      ),
    ],
    layout: { name: 'preset', fit: false },
    total: things.size,
  };
}

/**
 * The thing of the page, a node for each of its relationships, and what these lead to. They begin
 * as rings about their middle, so that the same page is always drawn the same.
 */
function neighbours() {
  const name = document.querySelector('h1').textContent.trim();
  const groups = Map.groupBy(
    document.querySelectorAll('[data-relationship]'),
    (row) => row.dataset.relationship,
  );
  const elements = [node('here', name, 'here')];
  const things = new Set();
  const total = [...groups.values()].reduce((sum, rows) => sum + rows.length, 0);
  const share = (rows) => Math.min(rows.length, MOST_OF_ONE) + 2;
  const all = [...groups.values()].reduce((sum, rows) => sum + share(rows), 0);
  let [drawn, turned] = [0, 0];
  for (const [label, rows] of groups) {
    const middle = ring({ x: 0, y: 0 }, RING, turned + share(rows) / 2, all);
    const shown = rows.slice(0, Math.min(MOST_OF_ONE, MOST - things.size));
    if (!shown.length) continue;
    elements.push({ ...node(`of ${label}`, label, 'group'), position: middle });
    elements.push(edge('here', `of ${label}`));
    for (const [place, row] of shown.entries()) {
      const { href, textContent } = row.querySelector('a[data-node]');
      const position = ring(middle, RING / 3, place, shown.length);
      if (!things.has(href)) elements.push({ ...node(href, textContent, 'thing', href), position });
      things.add(href);
      elements.push(edge(`of ${label}`, href));
    }
    drawn += shown.length;
    turned += share(rows);
  }
  return {
    elements,
    layout: {
      name: 'fcose',
      quality: 'proof',
      randomize: false,
      animate: false,
      fit: false,
      nodeRepulsion: 9_000,
      idealEdgeLength: (found) => (found.source().id() === 'here' ? 260 : 110),
      nodeSeparation: 120,
    },
    total,
    drawn,
  };
}

function ring(middle, radius, at, of) {
  const angle = (2 * Math.PI * at) / of;
  return { x: middle.x + radius * Math.cos(angle), y: middle.y + radius * Math.sin(angle) };
}

function node(id, label, kind, href) {
  const text = short(label.trim(), 44);
  const long = text.length * LETTER;
  const width = Math.min(long, WIDEST) + 8;
  return { data: { id, label: text, kind, href, width, height: Math.ceil(long / (WIDEST - 12)) * 17 } };
}

function edge(source, target, label = '') {
  return { data: { id: `${source} > ${target} ${label}`, source, target, label: short(label, 48) } };
}

/** Shapes as well as colours tell what a node is. */
function style(paint) {
  const text = { 'font-family': FONT, 'font-size': 13, color: paint.text };
  const box = { 'text-wrap': 'wrap', 'text-max-width': WIDEST, width: 'data(width)', height: 'data(height)' };
  return [
    {
      selector: 'node',
      style: {
        ...text,
        ...box,
        label: 'data(label)',
        'text-valign': 'center',
        'text-halign': 'center',
        shape: 'round-rectangle',
        padding: 7,
        'background-color': paint.paper,
        'border-width': 1.5,
        'border-color': paint.accent,
      },
    },
    {
      selector: 'node[kind="group"]',
      style: {
        shape: 'rectangle',
        'background-color': paint.soft,
        'border-color': paint.muted,
        'border-style': 'dashed',
        'font-style': 'italic',
      },
    },
    {
      selector: 'node[kind="here"]',
      style: { shape: 'ellipse', 'border-width': 4, 'font-weight': 700, padding: 14 },
    },
    {
      selector: 'edge',
      style: {
        ...text,
        'font-size': 12,
        label: 'data(label)',
        width: 1.5,
        'line-color': paint.muted,
        'curve-style': 'bezier',
        'text-wrap': 'wrap',
        'text-max-width': 130,
        'text-background-color': paint.paper,
        'text-background-opacity': 1,
        'text-background-padding': 2,
      },
    },
    {
      selector: 'edge[label != ""]',
      style: { 'target-arrow-shape': 'triangle', 'target-arrow-color': paint.muted },
    },
  ];
}

const KINDS = { steps, neighbours };

function draw(figure) {
  const { elements, layout, total, drawn = total } = KINDS[figure.dataset.picture]();
  figure.hidden = false;
  const place = figure.querySelector('.rg-picture__drawing');
  leftOut(figure, total - drawn);
  const net = cytoscape({
    container: place,
    elements,
    style: style(colours()),
    layout,
    // It stands still in the page: wheel and fingers scroll the page, a click opens a thing.
    userZoomingEnabled: false,
    userPanningEnabled: false,
    boxSelectionEnabled: false,
    autoungrabify: true,
    autounselectify: true,
  });
  fit(net, place);
  drawnAlways(() => {
    place.style.backgroundColor = colours().paper;
    net.style(style(colours()));
  });
  net.on('tap', 'node[href]', (event) => location.assign(event.target.data('href')));
  figure.querySelector('[data-save="png"]').addEventListener('click', () => {
    save(net.png({ full: true, scale: 2, bg: colours().paper }), `${nameOf(figure)}.png`);
  });
}

/** As large as what is drawn, at least as wide as the page; what is wider scrolls. */
function fit(net, place) {
  const box = net.elements().boundingBox();
  const width = Math.max(place.parentElement.clientWidth, NARROWEST);
  const scale = Math.min(1, width / (box.w + 40));
  const zoom = Math.max(scale, 0.55);
  place.style.width = `${Math.max(width, (box.w + 40) * zoom)}px`;
  place.style.height = `${(box.h + 40) * zoom}px`;
  net.resize();
  net.zoom(zoom);
  net.center();
}

for (const figure of document.querySelectorAll('[data-picture]')) {
  if (figure.dataset.picture in KINDS) draw(figure);
}
