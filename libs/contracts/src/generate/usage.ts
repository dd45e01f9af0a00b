import type { EventDeclaration } from '../event.js';
import { EVENTS } from '../events/registry.js';
import * as topicValues from '../topic.js';
import { TOPICS, type Topic } from '../topic.js';

export interface SourceFile {
  readonly service: string;
  readonly text: string;
}

/** That a service publishes or handles an event on a topic. */
export interface Use {
  readonly service: string;
  readonly action: 'send' | 'receive';
  readonly event: EventDeclaration;
  readonly topic: Topic;
}

const EVENTS_BY_NAME: ReadonlyMap<string, EventDeclaration> = new Map(
  Object.entries(EVENTS) as unknown as [string, EventDeclaration][],
);
const TOPICS_BY_NAME: ReadonlyMap<string, Topic> = new Map(
  (Object.entries(topicValues) as [string, unknown][]).filter((entry): entry is [string, Topic] =>
    TOPICS.includes(entry[1] as Topic),
  ),
);

/**
 * Who sends and who receives what, read from the sources: `@On(...)` receives; `recordOf(Event, ...)` and `tombstoneOf(Event, ...)` send.
 * A file that encodes an event which it does not name (`recordOf(command.event, ...)`) sends what travels on the topics it names, or else
 * the events it names.
 */
export function findUses(sources: readonly SourceFile[]): Use[] {
  const uses = new Map<string, Use>();
  for (const { service, text } of sources) {
    const code = withoutComments(text);
    const add = (action: Use['action'], event: EventDeclaration, topic: Topic) =>
      uses.set([service, action, event.type, topic.name].join(' '), { service, action, event, topic });
    const serviceCode = () =>
      sources
        .filter((other) => other.service === service)
        .map((other) => withoutComments(other.text))
        .join('\n');

    for (const args of callsOf(code, /@On(?:<[^(]*>)?\(/g)) {
      const [first = '', options = ''] = splitArguments(args);
      const narrowed = named(options, TOPICS_BY_NAME);
      for (const event of named(resolveLists(first, serviceCode), EVENTS_BY_NAME)) {
        for (const topic of narrowed.length ? narrowed : event.topics)
          if (event.topics.includes(topic)) add('receive', event, topic);
      }
    }
    for (const args of callsOf(code, /\b(?:recordOf|tombstoneOf)(?:<[^(]*>)?\(/g)) {
      const [first = '', ...rest] = splitArguments(args);
      const topicsOfCall = named(rest.join(','), TOPICS_BY_NAME);
      const event = EVENTS_BY_NAME.get(first.trim());
      if (event) {
        for (const topic of topicsOfCall.length ? topicsOfCall : [event.topics[0]]) add('send', event, topic);
        continue;
      }
      const mentioned = code.replaceAll(/import[^;]*;/g, '').replaceAll(/@On\([^)]*\)|\bcarries\([^)]*\)/g, '');
      const topics = named(mentioned, TOPICS_BY_NAME);
      for (const candidate of topics.length ? EVENTS_BY_NAME.values() : named(mentioned, EVENTS_BY_NAME)) {
        for (const topic of topics.length ? topics : [candidate.topics[0]])
          if (candidate.topics.includes(topic)) add('send', candidate, topic);
      }
    }
  }
  return [...uses.values()].sort((a, b) => a.service.localeCompare(b.service));
}

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '$1');

const named = <T>(text: string, known: ReadonlyMap<string, T>): T[] => [
  ...new Set([...text.matchAll(/[A-Za-z_]\w*/g)].flatMap(([word]) => known.get(word) ?? [])),
];

/** `@On(CATALOGUE)` with `const CATALOGUE = [ProductUpserted, OfferChanged]` somewhere in the service. */
function resolveLists(text: string, serviceCode: () => string): string {
  const name = text.trim();
  if (!/^[A-Za-z_]\w*$/.test(name) || EVENTS_BY_NAME.has(name)) return text;
  return new RegExp(`\\bconst ${name}\\b[^=]*=\\s*\\[([^\\]]*)\\]`).exec(serviceCode())?.[1] ?? text;
}

/** The text between the parentheses of every call whose beginning matches. */
function callsOf(code: string, beginning: RegExp): string[] {
  return [...code.matchAll(beginning)].map(({ 0: head, index }) => {
    const start = index + head.length;
    let depth = 1;
    let end = start;
    while (depth > 0 && end < code.length) {
      if ('([{'.includes(code[end]!)) depth++;
      if (')]}'.includes(code[end]!)) depth--;
      end++;
    }
    return code.slice(start, end - 1);
  });
}

/** Splits at the commas that separate arguments. */
function splitArguments(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const letter of text) {
    if ('([{'.includes(letter)) depth++;
    if (')]}'.includes(letter)) depth--;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}
