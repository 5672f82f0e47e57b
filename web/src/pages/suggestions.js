// What a search box, or a field for things, offers while one types. Without it both still work.
import accessibleAutocomplete from 'accessible-autocomplete';

const PAUSE_MS = 120;

function escaped(text) {
  const found = document.createElement('span');
  found.textContent = text;
  return found.innerHTML;
}

/** Ask once typing pauses; an answer to what stands there no more is not shown. */
function asking(address) {
  let latest = new AbortController();
  return async (words, show) => {
    latest.abort();
    latest = new AbortController();
    const { signal } = latest;
    await new Promise((done) => setTimeout(done, PAUSE_MS));
    if (signal.aborted) return;
    if (!words) {
      show([]);
      return;
    }
    const asked = new URL(address, location);
    asked.searchParams.set('q', words);
    try {
      const response = await fetch(asked, { signal });
      show(response.ok ? (await response.json()).found : []);
    } catch (error) {
      // The network may be away: the form still works. What was aborted has a successor.
      if (error.name !== 'AbortError') show([]);
    }
  };
}

// What a field came with is an option of the component too: a text.
const isFound = (each) => typeof each === 'object' && each !== null;

/** Make a field a combobox; `textFor` is what stands in it once something is chosen. */
function offer(input, textFor, options) {
  const { form, id, name, placeholder, maxLength, value } = input;
  const described = document.getElementById(input.getAttribute('aria-describedby'));
  const hint = [described?.textContent, input.dataset.hint].filter(Boolean).join(' ');
  const place = document.createElement('div');
  place.className = 'rg-suggest';
  input.replaceWith(place);
  accessibleAutocomplete({
    element: place,
    id,
    name,
    placeholder,
    defaultValue: value,
    minLength: 2,
    confirmOnBlur: false,
    showNoOptionsFound: false,
    displayMenu: 'overlay',
    inputClasses: 'nhsuk-input',
    tAssistiveHint: () => hint,
    ...options,
    templates: {
      inputValue: (each) => (isFound(each) ? textFor(each) : (each ?? '')),
      suggestion: (each) =>
        isFound(each)
          ? `<span>${escaped(each.name)}</span> <span class="rg-suggest__kind">${escaped(each.kind)}</span>`
          : escaped(each),
    },
  });
  const made = place.querySelector('input');
  if (maxLength > 0) made.maxLength = maxLength;
  // The component keeps Enter for itself while its menu is open, also where nothing is chosen.
  made.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    // What is typed beside a list is not sent: the answer would come without it.
    if (name || !made.value) form.requestSubmit();
  });
}

/** A search box: what is chosen is opened. */
function search(input) {
  offer(input, ({ name }) => name, {
    source: asking(input.dataset.suggest),
    onConfirm: (each) => isFound(each) && location.assign(each.href),
  });
}

// As the form takes it: an id, or its slug alone.
const written = (input, { id }) =>
  input.dataset.slugs === undefined ? id : id.slice(id.indexOf(':') + 1);

/** A field for a thing, or for several after commas: what is chosen is put in. */
function complete(input) {
  const { completes, several } = input.dataset;
  const ask = asking(completes);
  let before = '';
  offer(input, (each) => before + written(input, each), {
    source: (text, show) => {
      const at = several === undefined ? 0 : text.lastIndexOf(',') + 1;
      before = at ? `${text.slice(0, at)} ` : '';
      return ask(text.slice(at).trim(), show);
    },
  });
}

/** A field beside a list: what is chosen becomes a line of the list, and the field is empty again. */
function add(input) {
  const list = document.getElementById(input.dataset.adds);
  const said = input.parentElement.querySelector('[data-added]');
  offer(input, () => '', {
    source: asking(input.dataset.completes),
    onConfirm: (each) => {
      if (!isFound(each)) return;
      const lines = list.value.split('\n').filter((line) => line.trim());
      list.value = [...new Set([...lines, written(input, each)])].join('\n');
      list.dispatchEvent(new Event('input')); // its length is checked
      said.textContent = said.dataset.added.replace('{name}', () => each.name);
    },
  });
}

export function suggest() {
  for (const input of document.querySelectorAll('input[data-suggest]')) search(input);
  for (const input of document.querySelectorAll('input[data-completes]')) {
    if (input.dataset.adds === undefined) complete(input);
    else add(input);
  }
}
