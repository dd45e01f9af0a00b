import type { Random } from './random.js';
import type { Shelf, Ware } from './world.js';

/** What somebody types who looks for a thing; who has seen one may ask for it by brand. */
export function queryFor(shelf: Shelf, known: Ware | undefined, random: Random): string {
  const { name } = shelf.type;
  const ware = known ?? random.pick(shelf.wares);
  const way = random.unit();
  const query =
    way < 0.45
      ? name
      : way < 0.65
        ? `${ware.kind} ${name}`
        : way < 0.8
          ? `${ware.brand} ${name}`
          : way < 0.92
            ? `${name} under ${Math.ceil(shelf.type.price / 5) * 5}`
            : (name.split(' ').at(-1) ?? name);
  return random.chance(0.03) ? mistyped(query, random) : query.toLowerCase();
}

function mistyped(query: string, random: Random): string {
  const at = random.int(1, Math.max(1, query.length - 2));
  return query.slice(0, at) + query.charAt(at + 1) + query.charAt(at) + query.slice(at + 2);
}
