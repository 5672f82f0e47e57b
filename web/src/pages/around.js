// What a thing is related to, as its page says it: the page that is open, or one that is asked for.
import { edge, node } from './shapes.js';

export const MOST = 150;
const MOST_OF_ONE = 12;
const RING = 520;
const SMALLER_RING = 260;
// New things stand on the side that looks away from the others.
const ARC = 1.2 * Math.PI;
const GAP = 8;
const NEAR = 20;
const RINGS = 120;
const TURNS = 24;

/** The relationships of the thing of a page: how many statements each has, and those listed. */
export function read(page) {
  const found = new Map();
  for (const row of page.querySelectorAll('[data-relationship]')) {
    const label = row.dataset.relationship;
    const { via, forward, total } = row.closest('[data-via]').dataset;
    const is = { label, via, forward: forward !== undefined, total: Number(total), rows: [] };
    const known = found.get(`${via} ${forward}`) ?? is;
    const { href, textContent } = row.querySelector('a[data-node]');
    // Two statements may say the same of the same two things, as of two steps by different ways.
    const same = known.rows.find((each) => each.href === href);
    if (same) same.times += 1;
    else known.rows.push({ href, name: textContent.trim(), times: 1 });
    found.set(`${via} ${forward}`, known);
  }
  return [...found.values()];
}

/** What was drawn: every statement once, whichever of its ends it was read from. */
export class Drawn {
  #said = new Set();
  #counts = new Map();

  has(here, group, row) {
    return this.#said.has(key(here, group, row));
  }

  add(here, group, row) {
    this.#said.add(key(here, group, row));
    this.#count(here, group.via, group.forward, row.times);
    this.#count(row.href, group.via, !group.forward, row.times);
  }

  /** How many statements of a thing are not drawn, listed on its page or not. */
  left(here, groups) {
    const drawn = (group) => this.#counts.get(end(here, group.via, group.forward)) ?? 0;
    return groups.reduce((sum, group) => sum + Math.max(0, group.total - drawn(group)), 0);
  }

  #count(href, via, forward, times) {
    const at = end(href, via, forward);
    this.#counts.set(at, (this.#counts.get(at) ?? 0) + times);
  }
}

const end = (href, via, forward) => `${href} ${via} ${forward}`;

function key(here, { via, forward }, { href }) {
  return forward ? `${here} ${via} ${href}` : `${href} ${via} ${here}`;
}

/** Whether the page of a thing lists more than is drawn. */
export function hasMore(here, groups, drawn) {
  return groups.some((group) => group.rows.some((row) => !drawn.has(here, group, row)));
}

/** Draw what is next of a thing; what stood there stays where it is. Gives what was drawn. */
export function grow(net, here, groups, drawn) {
  const old = net.nodes();
  const isFirst = old.length === 1;
  const angle = away(net, here);
  const steps = groups
    .map((group) => step(net, here, group, drawn))
    .filter(({ rows }) => rows.length);
  const fresh = net.nodes().difference(old);
  place(net, here, steps, fresh, isFirst ? null : angle);
  if (isFirst) arrange(net);
  settle(net, fresh);
  net.getElementById(here).addClass('grown');
  return { steps, things: fresh.filter('[kind = "thing"]').length };
}

/** The things of a relationship that are next: beside one another if there are several. */
function step(net, here, group, drawn) {
  const middle = `of ${here} ${group.via} ${group.forward}`;
  const isHere = net.getElementById(here).data('kind') === 'here';
  const isSeveral = (rows) => rows.length > 1 || (rows.length && isHere) || has(net, middle);
  const rows = next(net, here, group, drawn, (found) => isSeveral(found) && !has(net, middle));
  const several = isSeveral(rows);
  const from = several ? middle : here;
  if (several && rows.length) put(net, node(middle, group.label, 'group'), edge(here, middle));
  for (const row of rows) {
    put(net, node(row.href, row.name, 'thing', row.href));
    put(net, edge(from, row.href, several ? '' : group.label));
    drawn.add(here, group, row);
  }
  return { rows, group, from };
}

/** Some of a relationship, and no more than there is room for, with a node for it if it wants one. */
function next(net, here, group, drawn, wantsNode) {
  const room = MOST - net.nodes().length;
  const wanted = (rows) => {
    const fresh = new Set(rows.map(({ href }) => href).filter((href) => !has(net, href)));
    return fresh.size + (wantsNode(rows) ? 1 : 0);
  };
  let rows = group.rows.filter((row) => !drawn.has(here, group, row)).slice(0, MOST_OF_ONE);
  while (wanted(rows) > room) rows = rows.slice(0, -1);
  return rows;
}

const has = (net, id) => net.getElementById(id).nonempty();

function put(net, ...elements) {
  net.add(elements.filter(({ data }) => !has(net, data.id)));
}

/** The direction from the middle of all to a thing: there is most room on that side. */
function away(net, here) {
  const { x1, x2, y1, y2 } = net.nodes().boundingBox();
  const { x, y } = net.getElementById(here).position();
  return Math.atan2(y - (y1 + y2) / 2, x - (x1 + x2) / 2);
}

/** Where new nodes begin: on rings, so that the same is always drawn the same. */
function place(net, here, steps, fresh, outwards) {
  const middle = net.getElementById(here).position();
  const share = ({ rows }) => rows.length + 2;
  const all = steps.reduce((sum, each) => sum + share(each), 0);
  const [first, arc] = outwards === null ? [0, 2 * Math.PI] : [outwards - ARC / 2, ARC];
  let turned = 0;
  for (const each of steps) {
    const angle = first + (arc * (turned + share(each) / 2)) / all;
    const at = ring(middle, outwards === null ? RING : SMALLER_RING, angle);
    fresh.getElementById(each.from).position(at);
    for (const [nth, { href }] of each.rows.entries()) {
      const around = ring(at, RING / 3, (2 * Math.PI * nth) / each.rows.length);
      fresh.getElementById(href).position(each.rows.length > 1 ? around : at);
    }
    turned += share(each);
  }
}

function ring(middle, radius, angle) {
  return { x: middle.x + radius * Math.cos(angle), y: middle.y + radius * Math.sin(angle) };
}

/** The first drawing, when nothing is there yet that would have to stay. */
function arrange(net) {
  const kinds = (found) => `${found.source().data('kind')} ${found.target().data('kind')}`;
  net
    .layout({
      name: 'fcose',
      quality: 'proof',
      randomize: false,
      animate: false,
      fit: false,
      nodeRepulsion: 9_000,
      idealEdgeLength: (found) => LENGTHS[kinds(found)] ?? 180,
      nodeSeparation: 120,
    })
    .run();
}

const LENGTHS = { 'here group': 260, 'here thing': 260, 'group thing': 110 };

/** Each new node goes to the nearest place where it lies over none; no other node moves. */
function settle(net, fresh) {
  const boxes = net.nodes().difference(fresh).map(boxOf);
  for (const each of fresh) {
    const wanted = boxOf(each);
    const free = places(wanted).find((at) => !boxes.some((box) => overlap(at, box))) ?? wanted;
    each.position({ x: free.x, y: free.y });
    boxes.push(free);
  }
}

const boxOf = (each) => ({ ...each.position(), w: each.outerWidth(), h: each.outerHeight() });

function overlap(one, other) {
  const [x, y] = [Math.abs(one.x - other.x), Math.abs(one.y - other.y)];
  return x < (one.w + other.w) / 2 + GAP && y < (one.h + other.h) / 2 + GAP;
}

/** Places on wider and wider rings about the one that is wanted. */
function places(wanted) {
  const rings = Array.from({ length: RINGS }, (_, at) => at * NEAR);
  const around = (radius) =>
    Array.from({ length: TURNS }, (_, at) => ring(wanted, radius, (2 * Math.PI * at) / TURNS));
  return [wanted, ...rings.flatMap(around).map((at) => ({ ...wanted, ...at }))];
}
