// Nodes and edges of networks, and how they look: shapes as well as colours tell what a node is.
import { FONT, short } from './drawing.js';

const LETTER = 7.2;
const WIDEST = 140;

export function node(id, label, kind, href) {
  const text = short(label.trim(), 44);
  const long = text.length * LETTER;
  const width = Math.min(long, WIDEST) + 8;
  return { data: { id, label: text, kind, href, width, height: Math.ceil(long / (WIDEST - 12)) * 17 } };
}

export function edge(source, target, label = '') {
  return { data: { id: `${source} > ${target} ${label}`, source, target, label: short(label, 48) } };
}

export function style(paint) {
  const text = { 'font-family': FONT, 'font-size': 13, color: paint.text };
  return [...nodes(paint, text), ...edges(paint, text)];
}

function nodes(paint, text) {
  return [
    {
      selector: 'node',
      style: {
        ...text,
        'text-wrap': 'wrap',
        'text-max-width': WIDEST,
        width: 'data(width)',
        height: 'data(height)',
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
    { selector: 'node.grown', style: { 'border-width': 4 } },
    { selector: 'node.chosen', style: { 'background-color': paint.accent, color: paint.paper } },
  ];
}

function edges(paint, text) {
  return [
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
