// What all pictures have in common: the page's colours, what is drawn again, what is saved.

/** The colours of the page as it is looked at now: light, dark or on paper. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    ['text', 'muted', 'line', 'paper', 'soft', 'accent', 'second', 'third'].map((name) => [
      name,
      style.getPropertyValue(`--rg-${name}`).trim(),
    ]),
  );
}

/** Draw now, and again whenever the page's colours change. */
export function drawnAlways(draw) {
  draw();
  for (const media of ['(prefers-color-scheme: dark)', 'print']) {
    matchMedia(media).addEventListener('change', draw);
  }
}

export function save(address, name) {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}

export function saveText(text, type, name) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  save(address, name);
  URL.revokeObjectURL(address);
}

/** The rows of a table: cells with their text and where they lead. */
export function rowsOf(table) {
  return [...table.tBodies[0].rows].map((row) =>
    [...row.cells].map((cell) => ({
      text: cell.textContent.trim().replace(/\s+/g, ' '),
      href: cell.querySelector('a')?.href,
    })),
  );
}

/** Say how much is not drawn. */
export function leftOut(figure, number) {
  const place = figure.querySelector('[data-left-out]');
  place.replaceChildren(...(number > 0 ? sentence(place.dataset.leftOut, { number }) : []));
}

/** A text of the page with its places filled: names turn the direction of nothing around them. */
export function sentence(text, values) {
  return text.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? alone(values[part]) : part));
}

function alone(value) {
  const found = document.createElement('bdi');
  const isNumber = typeof value === 'number';
  found.textContent = isNumber ? value.toLocaleString(document.documentElement.lang) : value;
  return found;
}

export function nameOf(figure) {
  return figure.querySelector('figcaption strong').textContent.toLowerCase().replace(/\W+/g, '-');
}

/** A text of at most so many letters, the whole of it where it is short. */
export function short(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

export const FONT = 'arial, sans-serif';
