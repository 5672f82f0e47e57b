// A network as SVG, as it is drawn. Cytoscape saves pixels alone.
import { arrow, group, shape, sheet, written } from './svg.js';

const MARGIN = 10;
const ROUND = 8;

/** The network as the text of an SVG file, on paper of a colour. */
export function svgOf(net, title, paper) {
  const { x1, y1, w, h } = net.elements().boundingBox();
  const frame = { x: x1 - MARGIN, y: y1 - MARGIN, width: w + 2 * MARGIN, height: h + 2 * MARGIN };
  const root = sheet(frame, title, paper);
  root.append(...net.edges().map(line), ...net.nodes().map(box));
  return written(root);
}

function box(node) {
  const { x, y } = node.position();
  const border = node.numericStyle('border-width');
  const half = { x: (node.outerWidth() - border) / 2, y: (node.outerHeight() - border) / 2 };
  const look = {
    fill: node.style('background-color'),
    stroke: node.style('border-color'),
    'stroke-width': border,
    'stroke-dasharray': node.style('border-style') === 'dashed' ? '4 2' : 'none',
  };
  const sides = { x: x - half.x, y: y - half.y, width: 2 * half.x, height: 2 * half.y };
  const outline = {
    ellipse: () => shape('ellipse', { cx: x, cy: y, rx: half.x, ry: half.y, ...look }),
    rectangle: () => shape('rect', { ...sides, ...look }),
    'round-rectangle': () => shape('rect', { ...sides, rx: ROUND, ...look }),
  }[node.style('shape')]();
  return group(outline, ...label(node, node.position()));
}

function line(edge) {
  const [from, to] = [edge.sourceEndpoint(), edge.targetEndpoint()];
  const [bend] = edge.controlPoints() ?? [];
  const curve = bend ? `Q ${bend.x} ${bend.y} ` : 'L ';
  const look = { stroke: edge.style('line-color'), 'stroke-width': edge.numericStyle('width') };
  const path = `M ${from.x} ${from.y} ${curve}${to.x} ${to.y}`;
  const tip = edge.style('target-arrow-shape') === 'triangle' ? [arrow(bend ?? from, to, look.stroke)] : [];
  return group(shape('path', { d: path, fill: 'none', ...look }), ...tip, ...label(edge, edge.midpoint()));
}

/** Lines of text around a point; those of an edge have paper behind them. */
function label(element, { x, y }) {
  const size = element.numericStyle('font-size');
  const font = ['font-style', 'font-weight', 'font-family'].map((name) => [name, element.style(name)]);
  const letters = { ...Object.fromEntries(font), 'font-size': size };
  const measured = measure(letters);
  const lines = wrapped(element.data('label') ?? '', element.numericStyle('text-max-width'), measured);
  const top = y - (lines.length * size) / 2;
  const texts = lines.map((text, at) => {
    const place = { x, y: top + (at + 0.5) * size, 'text-anchor': 'middle', 'dominant-baseline': 'central' };
    const letter = shape('text', { ...letters, ...place, fill: element.style('color') });
    letter.textContent = text;
    return letter;
  });
  if (!lines.length || element.isNode()) return texts;
  const wide = Math.max(...lines.map(measured)) + 4;
  const fill = element.style('text-background-color');
  return [shape('rect', { x: x - wide / 2, y: top - 2, width: wide, height: lines.length * size + 4, fill }), ...texts];
}

function measure(letters) {
  const context = document.createElement('canvas').getContext('2d');
  const names = ['font-style', 'font-weight'].map((name) => letters[name]).join(' ');
  context.font = `${names} ${letters['font-size']}px ${letters['font-family']}`;
  return (text) => context.measureText(text).width;
}

function wrapped(text, most, widthOf) {
  const lines = [];
  for (const word of text.split(' ').filter(Boolean)) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && widthOf(longer) <= most) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return lines;
}
