import { Client } from '@elastic/elasticsearch';
import { ShopkeeperError } from '@shopkeeper/contracts';

/** The client has no limit of its own: a server that accepts and never answers would hold a request for ever. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * A client for one or more nodes, `https://user:password@a:9200,https://b:9200`.
 * @throws ShopkeeperError CONFIG_INVALID
 */
export function connect(url: string): Client {
  const nodes = url.split(',').map((node) => parse(node.trim()));
  const { username, password } = nodes.find((node) => node.username !== '') ?? nodes[0]!;
  for (const node of nodes) node.username = node.password = '';
  return new Client({
    nodes: nodes.map((node) => node.href),
    ...(username !== '' && {
      auth: { username: decodeURIComponent(username), password: decodeURIComponent(password) },
    }),
    requestTimeout: REQUEST_TIMEOUT_MS,
    maxRetries: 2,
    enableMetaHeader: false,
  });
}

function parse(node: string): URL {
  try {
    return new URL(node);
  } catch {
    // The text may hold a password: it is not repeated.
    throw new ShopkeeperError('CONFIG_INVALID', 'The store url cannot be read; expected http://host:9200');
  }
}
