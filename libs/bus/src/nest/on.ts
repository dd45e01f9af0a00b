import 'reflect-metadata';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { PARAM_ARGS_METADATA } from '@nestjs/microservices/constants.js';
import { ShopkeeperError, type EventDeclaration, type Topic } from '@shopkeeper/contracts';
import type { BatchContext, Outcome } from '../event-bus.js';

/** An event as a handler gets it: checked against its schema. `payload: null` is a tombstone. */
export interface Delivery<T = unknown> {
  /** Without `key`, so that a delivery of A is also a delivery of A or B. */
  readonly event: Omit<EventDeclaration<T>, 'key'>;
  readonly payload: T | null;
  readonly key: string | null;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly headers: Readonly<Record<string, string>>;
  /** When the log took it, ms since the epoch. */
  readonly timestamp: number;
}

/** True when the delivery is of this event; narrows the payload in handlers of several events. */
export const carries = <T>(delivery: Delivery, event: EventDeclaration<T>): delivery is Delivery<T> =>
  delivery.event.type === event.type;

/** How a handler consumes. */
export interface OnOptions {
  /** The consumer group is `<service>`, or `<service>-<group>`. Handlers of one group share one subscription. */
  readonly group?: string;
  readonly mode?: 'shared' | 'reader';
  /** Reader only; see Subscription.from. */
  readonly from?: 'beginning' | 'end';
  /** Narrows the topics of the events, for those that travel on several. */
  readonly topics?: readonly Topic[];
  readonly maxBatch?: number;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- payload types differ by event; a union of events is asked for
type AnyEvent = EventDeclaration<any>;
type DeliveryOf<E> = E extends EventDeclaration<infer T> ? Delivery<T> : never;
type Answer = readonly Outcome[] | void;

/** Answers one outcome per delivery, or nothing when all are done. */
export type Handler<E extends AnyEvent> = (
  deliveries: readonly DeliveryOf<E>[],
  context: BatchContext,
) => Answer | Promise<Answer>;

/** What `On` leaves on a method for the server. */
export interface Asked {
  readonly events: readonly EventDeclaration[];
  readonly options: OnOptions;
  /** `Class.method`, for messages. */
  readonly name: string;
}

/** Handlers of `On` belong to the bus alone when an application has several transports. */
export const BUS_TRANSPORT: unique symbol = Symbol('shopkeeper.bus');
const ASKED = 'shopkeeper:asked';
let methods = 0;

/**
 * Marks a controller method as the handler of these events:
 * `(deliveries: readonly Delivery<T>[], context: BatchContext) => Promise<readonly Outcome[] | void>`.
 * Deliveries of one call come from one partition, in order. A thrown retriable ShopkeeperError brings all of them again after a pause;
 * any other throw counts as a bug: they are tried one by one and the guilty ones go to the dead letter topic.
 */
export function On<E extends AnyEvent>(events: E | readonly E[], options: OnOptions = {}) {
  return <M extends Handler<E>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<M>): void => {
    const name = `${target.constructor.name}.${String(key)}`;
    const asked: Asked = { events: [events].flat() as EventDeclaration[], options, name };
    const method = descriptor.value as object;
    const invalid = whyInvalid(asked, method);
    if (invalid) throw new ShopkeeperError('CONFIG_INVALID', `@On of ${name}: ${invalid}`);
    Reflect.defineMetadata(ASKED, asked, method);
    passBoth(target, key);
    // A pattern of its own: Nest would chain handlers of one pattern, and their outcomes would mix.
    EventPattern(`${name}#${++methods}`, BUS_TRANSPORT, { [ASKED]: asked })(target, key, descriptor);
  };
}

/** Nest hands over the payload alone unless the parameters are decorated; decorators of the handler's own stay. */
function passBoth(target: object, key: string | symbol): void {
  const args = (Reflect.getMetadata(PARAM_ARGS_METADATA, target.constructor, key) ?? {}) as Record<string, unknown>;
  const decorated = (index: number) => Object.keys(args).some((name) => name.endsWith(`:${index}`));
  if (!decorated(0)) Payload()(target, key, 0);
  if (!decorated(1)) Ctx()(target, key, 1);
}

export const askedBy = (extras: Record<string, unknown> | undefined): Asked | undefined =>
  extras?.[ASKED] as Asked | undefined;

function whyInvalid({ events, options }: Asked, method: object): string | undefined {
  if (Reflect.hasMetadata(ASKED, method)) return 'the method has one already; name all events in one list';
  if (events.length === 0) return 'names no event';
  const known = new Set(events.flatMap((event) => event.topics.map((topic) => topic.name)));
  const strange = options.topics?.find((topic) => !known.has(topic.name));
  if (strange) return `none of its events travels on ${strange.name}`;
  if (options.from && options.mode !== 'reader') return '`from` is for readers only';
  return undefined;
}
