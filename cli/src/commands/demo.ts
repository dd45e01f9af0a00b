import { parseArgs } from 'node:util';
import { ShopClient } from '../demo/shop-client.js';
import { play } from '../demo/story.js';
import { failureOf, textOf } from '../demo/telling.js';
import { defaultUrl } from '../import/choose-destination.js';
import type { Io } from '../io.js';

const USAGE = `usage: shopkeeper demo [--url URL] [--key KEY] [--json]

Tells the story of a shop that runs: asks, looks at two products, asks again (the list changes), sells one out (it is gone), and puts it
back. It changes the stock of a product: use it on a shop to try things out with, not on a live one.

  --url URL   default http://127.0.0.1:3000 (HOST and PORT)
  --key KEY   a key with the scope admin, or SHOPKEEPER_KEY
  --json      one JSON document instead of text

exit code: 0 all happened, 1 a step did not happen within 5 seconds
`;

export async function runDemo(argv: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      url: { type: 'string' },
      key: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    io.out.write(USAGE);
    return 0;
  }
  const url = (values.url ?? defaultUrl(io.env)).replace(/\/+$/, '');
  const client = new ShopClient(url, values.key ?? io.env['SHOPKEEPER_KEY']);
  const story = await play(client, (chapter, so) => {
    if (!values.json) io.out.write(textOf(chapter, so));
  });
  if (values.json) io.out.write(`${JSON.stringify(story)}\n`);
  else if (!story.complete) io.err.write(failureOf(story));
  return story.complete ? 0 : 1;
}
