// Whether the kits can be read: Power Query by Microsoft's own parser, cells by Observable's.
import { readFileSync } from 'node:fs';
import { exit } from 'node:process';
import { parseCell } from '@observablehq/parser';
import { DefaultSettings, TaskUtils } from '@microsoft/powerquery-parser';

const [, , query, cells] = process.argv;
const parsed = await TaskUtils.tryLexParse(DefaultSettings, readFileSync(query, 'utf8'));
if (!TaskUtils.isParseStageOk(parsed)) {
  console.error(`${query}: ${parsed.error?.message}`);
  exit(1);
}
for (const cell of readFileSync(cells, 'utf8').split('\n\n')) parseCell(cell);
