// The career map: steps as lines between the cards, and all of it as PNG and SVG. The map is a table,
// which says the same without.
import { colours, nameOf, save, saveText } from './drawing.js';
import { arrow, group, shape, sheet, written } from './svg.js';

const SHARPNESS = 2;
const HIDDEN = '.nhsuk-u-visually-hidden, .rg-map__all, caption';

/** Where an element, or a range of text, stands on the map. */
function placed(map, element) {
  const corner = map.getBoundingClientRect();
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left - corner.left, y: top - corner.top, width, height };
}

/**
 * From which card to which: each step in every row where both roles stand; where there is none,
 * once, between their first cards.
 */
function steps(map) {
  const cards = Map.groupBy(map.querySelectorAll('[data-role]'), (card) => card.dataset.role);
  const rowOf = (card) => card.closest('tr');
  return [...cards.values()].flatMap((ours) => {
    const names = new Set([...ours[0].querySelectorAll('[data-to]')].map(({ dataset }) => dataset.to));
    return [...names].flatMap((name) => {
      const theirs = cards.get(name);
      const pairs = ours.map((card) => [card, theirs.find((each) => rowOf(each) === rowOf(card))]);
      const near = pairs.filter(([, other]) => other);
      return near.length ? near : [[ours[0], theirs[0]]];
    });
  });
}

/** A line from the side of a card to the near side of another. */
function line(from, to, paint) {
  const isRight = to.x > from.x + from.width;
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: isRight ? to.x : to.x + to.width, y: to.y + to.height / 2 };
  const bend = isRight ? (end.x - start.x) / 2 : 24;
  const [first, second] = [start.x + bend, isRight ? end.x - bend : end.x + bend];
  const path = `M ${start.x} ${start.y} C ${first} ${start.y} ${second} ${end.y} ${end.x} ${end.y}`;
  const look = { fill: 'none', stroke: paint.second, 'stroke-width': 2 };
  return group(shape('path', { d: path, ...look }), arrow({ x: second, y: end.y }, end, paint.second));
}

function lines(map, paint) {
  if (map.closest('[data-steps]') === null) return [];
  return steps(map).map((pair) => line(...pair.map((card) => placed(map, card)), paint));
}

/** The texts of the map as they are broken into lines on the page. */
function texts(map) {
  const walker = document.createTreeWalker(map, NodeFilter.SHOW_TEXT);
  const made = [];
  while (walker.nextNode()) {
    const { currentNode: node } = walker;
    if (!node.parentElement.closest(HIDDEN)) made.push(...broken(map, node));
  }
  return made;
}

function broken(map, node) {
  const range = document.createRange();
  const rows = Map.groupBy(node.data.matchAll(/\S+/g), ({ 0: word, index }) => {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    return Math.round(range.getBoundingClientRect().top);
  });
  const style = getComputedStyle(node.parentElement);
  const letters = Object.fromEntries(
    ['font-family', 'font-size', 'font-weight'].map((name) => [name, style.getPropertyValue(name)]),
  );
  return [...rows.values()].map((words) => {
    const [first, last] = [words[0], words.at(-1)];
    range.setStart(node, first.index);
    range.setEnd(node, last.index + last[0].length);
    const { x, y, height } = placed(map, range);
    const place = { x, y: y + height / 2, 'dominant-baseline': 'central', fill: style.color };
    const text = shape('text', { ...letters, ...place });
    text.textContent = words.map(([word]) => word).join(' ');
    return text;
  });
}

function svgOf(map, title) {
  const paint = colours();
  const { width, height } = map.getBoundingClientRect();
  const rules = [...map.rows].map((row) => {
    const { y, height: high } = placed(map, row);
    return shape('rect', { x: 0, y: y + high - 1, width, height: 1, fill: paint.line });
  });
  const cards = [...map.querySelectorAll('[data-role]')].map((card) =>
    shape('rect', { ...placed(map, card), rx: 4, fill: paint.paper, stroke: paint.accent }),
  );
  const root = sheet({ x: 0, y: 0, width, height }, title, paint.paper);
  root.append(...rules, ...cards, ...lines(map, paint), ...texts(map));
  return written(root);
}

async function pngOf(svg) {
  const picture = new Image();
  picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = picture.width * SHARPNESS;
  canvas.height = picture.height * SHARPNESS;
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png');
}

/** Lines over the cards, drawn again whenever these move. */
function overlay(map) {
  const over = shape('svg', { class: 'rg-map__lines', 'aria-hidden': 'true' });
  map.parentElement.append(over);
  const draw = () => {
    over.replaceChildren();
    over.setAttribute('width', map.offsetWidth);
    over.setAttribute('height', map.offsetHeight);
    over.append(...lines(map, colours()));
  };
  new ResizeObserver(draw).observe(map);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
}

for (const figure of document.querySelectorAll('[data-map]')) {
  const map = figure.querySelector('table');
  const drawn = () => svgOf(map, figure.querySelector('figcaption strong').textContent);
  if (figure.dataset.steps !== undefined) overlay(map);
  figure.querySelector('[data-save="svg"]').addEventListener('click', () => {
    saveText(drawn(), 'image/svg+xml', `${nameOf(figure)}.svg`);
  });
  figure.querySelector('[data-save="png"]').addEventListener('click', async () => {
    save(await pngOf(drawn()), `${nameOf(figure)}.png`);
  });
}
