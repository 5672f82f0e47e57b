// Parts of an SVG file.
const SPACE = 'http://www.w3.org/2000/svg';
const ARROW = { length: 8.7, half: 4.35 };

export function shape(name, attributes) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export function group(...parts) {
  const made = shape('g', {});
  made.append(...parts);
  return made;
}

/** A sheet of paper with a title, as large as what is drawn on it. */
export function sheet({ x, y, width, height }, title, paper) {
  const root = shape('svg', { viewBox: [x, y, width, height].join(' '), width, height });
  const name = shape('title', {});
  name.textContent = title;
  root.append(name, shape('rect', { x, y, width, height, fill: paper }));
  return root;
}

/** The head of an arrow that comes from a point and ends in another. */
export function arrow(from, to, fill) {
  const long = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [x, y] = [(to.x - from.x) / long, (to.y - from.y) / long];
  const back = { x: to.x - x * ARROW.length, y: to.y - y * ARROW.length };
  const corners = [
    [to.x, to.y],
    [back.x - y * ARROW.half, back.y + x * ARROW.half],
    [back.x + y * ARROW.half, back.y - x * ARROW.half],
  ];
  return shape('polygon', { points: corners.join(' '), fill });
}

export function written(root) {
  return new XMLSerializer().serializeToString(root);
}
