// What a search box offers while one types. Without it the box still searches.
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
    try {
      const response = await fetch(`${address}?q=${encodeURIComponent(words)}`, { signal });
      show(response.ok ? (await response.json()).found : []);
    } catch (error) {
      // The network may be away: the box still searches. What was aborted has a successor.
      if (error.name !== 'AbortError') show([]);
    }
  };
}

function suggestIn(input) {
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
    source: asking(input.dataset.suggest),
    minLength: 2,
    confirmOnBlur: false,
    showNoOptionsFound: false,
    displayMenu: 'overlay',
    inputClasses: 'nhsuk-input',
    tAssistiveHint: () => hint,
    templates: {
      inputValue: (each) => each?.name ?? '',
      suggestion: (each) =>
        `<span>${escaped(each.name)}</span> <span class="rg-suggest__kind">${escaped(each.kind)}</span>`,
    },
    onConfirm: (each) => each && location.assign(each.href),
  });
  const made = place.querySelector('input');
  made.maxLength = maxLength;
  // The component keeps Enter for itself while its menu is open, also where nothing is chosen.
  made.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    form.requestSubmit();
  });
}

export function suggest() {
  for (const input of document.querySelectorAll('input[data-suggest]')) suggestIn(input);
}
