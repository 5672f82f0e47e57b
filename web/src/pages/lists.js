// Lists that are typed, pasted or taken from a file. A file is read here, and nothing is sent of it
// but the lines that the field then shows.
const TABLE = /\.(csv|tsv)$/i;
// An address and what a browser says of itself are 16,384 bytes at most.
const LONGEST = 14_000;
const LARGEST = 1_000_000;

export function takeLists() {
  for (const input of document.querySelectorAll('input[data-fills]')) {
    input.addEventListener('change', () => fill(input));
    // What is wrong with a file keeps nobody from sending the list that stands there.
    submitOf(input).addEventListener('click', () => input.setCustomValidity(''));
  }
  for (const field of document.querySelectorAll('textarea[data-too-long]')) measure(field);
}

const submitOf = (field) => field.form.querySelector('[type=submit]');

/** What is too long for an address is told before it is sent. */
function measure(field) {
  const check = () => {
    const form = new URLSearchParams(new FormData(field.form)).toString();
    const address = form.replaceAll('%0A', '%0D%0A'); // as a form is sent
    field.setCustomValidity(address.length > LONGEST ? field.dataset.tooLong : '');
  };
  field.addEventListener('input', check);
  submitOf(field).addEventListener('click', check);
}

async function fill(input) {
  const [file] = input.files;
  input.setCustomValidity('');
  if (!file) return;
  const field = document.getElementById(input.dataset.fills);
  const text = file.size > LARGEST ? '' : textOf(new Uint8Array(await file.arrayBuffer()));
  input.setCustomValidity(wrongWith(file, text, input, field));
  if (!input.reportValidity()) return;
  const lines = TABLE.test(file.name) ? await firstColumn(file, text) : text.split(/\r?\n/);
  field.value = lines.join('\n').trim();
}

function wrongWith(file, text, input, field) {
  if (file.size > LARGEST) return field.dataset.tooLong;
  return text.includes('\0') ? input.dataset.noText : '';
}

/** As spreadsheets write text: UTF-8, UTF-16 with a mark, else Windows-1252. */
function textOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The first cell of each row that has something in it. */
async function firstColumn(file, text) {
  const { default: Papa } = await import('papaparse');
  const delimiter = /\.tsv$/i.test(file.name) ? '\t' : '';
  const rows = Papa.parse(text, { skipEmptyLines: true, delimiter }).data;
  return rows.map((row) => (row.find((cell) => cell.trim()) ?? '').trim().replace(/\s+/g, ' '));
}
