// What scripts add to every page; without them each page still says all that it says.
import { foldEvidence } from './evidence.js';
import { takeLists } from './lists.js';
import { suggest } from './suggestions.js';

for (const hint of document.querySelectorAll('[data-scripted]')) hint.hidden = false;
foldEvidence();
takeLists();
suggest();
