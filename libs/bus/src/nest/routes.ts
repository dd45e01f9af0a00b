import { EVENT_LIST, eventOf, ShopkeeperError, type EventDeclaration, type Topic } from '@shopkeeper/contracts';
import type { MessageHandler } from '@nestjs/microservices';
import type { Subscription } from '../event-bus.js';
import type { Asked } from './on.js';

/** A handler as Nest wraps it (pipes, guards, interceptors, filters) with what it asked for. */
export interface Route {
  readonly asked: Asked;
  readonly invoke: MessageHandler;
}

/** The handlers that consume together: one subscription. */
export interface GroupRoutes {
  readonly group: string;
  readonly mode: Subscription['mode'];
  readonly from: Subscription['from'];
  readonly topics: readonly Topic[];
  readonly maxBatch: number | undefined;
  /** The event that a record of this topic and type carries, asked for or not. */
  eventOf(topic: string, type: string | undefined): EventDeclaration | undefined;
  /** The only event of the topic that this group asks for; what a tombstone without a type must be of. */
  onlyWanted(topic: string): EventDeclaration | undefined;
  /** Who wants it; `undefined` when nobody of this group does. */
  routeOf(topic: string, event: EventDeclaration): Route | undefined;
}

/** Sorts handlers into subscriptions: those that name the same group share one, because members of a group must ask for the same topics. */
export function groupRoutes(service: string, routes: readonly Route[]): readonly GroupRoutes[] {
  const groups = new Map<string, Route[]>();
  for (const route of routes) {
    const { group, mode = 'shared', from = '' } = route.asked.options;
    const id = [group ? `${service}-${group}` : service, mode, from].join('|');
    groups.set(id, [...(groups.get(id) ?? []), route]);
  }
  return [...groups.values()].map((members) => routesOfGroup(service, members));
}

function routesOfGroup(service: string, routes: readonly Route[]): GroupRoutes {
  const { group: part, mode = 'shared', from } = routes[0]!.asked.options;
  const group = part ? `${service}-${part}` : service;
  const topics = new Map<string, Topic>();
  const known = new Map<string, EventDeclaration>();
  const wanted = new Map<string, Route>();
  for (const route of routes) {
    for (const event of route.asked.events) {
      for (const topic of event.topics) known.set(`${topic.name} ${event.type}`, event);
      for (const topic of topicsOf(route.asked, event)) {
        const id = `${topic.name} ${event.type}`;
        const rival = wanted.get(id);
        if (rival) {
          const names = `${rival.asked.name} and ${route.asked.name}`;
          throw new ShopkeeperError('CONFIG_INVALID', `${names} both handle ${id} in group ${group}: give one a group`);
        }
        wanted.set(id, route);
        topics.set(topic.name, topic);
      }
    }
  }
  const eventOfRecord = (topic: string, type: string | undefined) =>
    type === undefined ? only(eventsOn(topic, known)) : (known.get(`${topic} ${type}`) ?? eventOf(topic, type));
  const sizes = routes.flatMap(({ asked }) => asked.options.maxBatch ?? []);
  return {
    group,
    mode,
    from,
    topics: [...topics.values()],
    maxBatch: sizes.length > 0 ? Math.min(...sizes) : undefined,
    eventOf: eventOfRecord,
    onlyWanted: (topic) =>
      only([...wanted].flatMap(([id, { asked }]) => asked.events.filter(({ type }) => id === `${topic} ${type}`))),
    routeOf: (topic, event) => wanted.get(`${topic} ${event.type}`),
  };
}

const topicsOf = ({ options }: Asked, event: EventDeclaration): readonly Topic[] =>
  options.topics
    ? event.topics.filter(({ name }) => options.topics?.some((topic) => topic.name === name))
    : event.topics;

const eventsOn = (topic: string, known: ReadonlyMap<string, EventDeclaration>): readonly EventDeclaration[] => [
  ...new Set([...EVENT_LIST, ...known.values()].filter((event) => event.topics.some(({ name }) => name === topic))),
];

const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);
