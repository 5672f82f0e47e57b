// One key, and the link beside it, open or fold the evidence of all statements.
const IN_TEXT = 'input, textarea, select, [contenteditable]';

export function foldEvidence() {
  const all = document.querySelectorAll('.rg-evidence');
  const links = document.querySelectorAll('[data-evidence-switch]');
  if (!all.length || !links.length) return;
  const turn = () => {
    const open = [...all].some((each) => !each.open);
    for (const each of all) each.open = open;
  };
  for (const link of links) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      turn();
    });
  }
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'e' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest(IN_TEXT)) return;
    turn();
  });
}
