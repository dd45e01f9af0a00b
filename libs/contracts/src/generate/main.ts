// npm run generate: writes docs/generated anew.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedDocuments } from './documents.js';
import { ROOT } from './repository.js';

const documents = generatedDocuments();
const folder = join(ROOT, 'docs/generated');
rmSync(folder, { recursive: true, force: true });
for (const [path, text] of documents) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
console.log(`docs/generated: ${documents.size} files`);
