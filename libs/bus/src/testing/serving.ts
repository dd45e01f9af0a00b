import 'reflect-metadata';
import { Catch, Module, type INestMicroservice, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { deadLetterTopic, TOPICS, type Topic } from '@shopkeeper/contracts';
import { throwError } from 'rxjs';
import type { EventBus, LogRecord } from '../event-bus.js';
import { BusServer } from '../nest/bus-server.js';
import type { Delivery } from '../nest/on.js';
import { openTestBus, type TestBus } from './index.js';
import { aGroup, allDone } from './scratch.js';

/** As in production (platform): the bus must see the errors that handlers throw. */
@Catch()
class KeepError {
  catch(error: unknown) {
    return throwError(() => error);
  }
}

/** A Nest microservice `tester` on a bus of its own, and what its handlers noted. */
export class Serving {
  readonly seen: { readonly by: string; readonly keys: (string | null)[]; readonly payloads: unknown[] }[] = [];
  private app: INestMicroservice | undefined;
  private current: BusServer | undefined;

  private constructor(private readonly test: TestBus) {}

  static async open(): Promise<Serving> {
    const test = await openTestBus();
    await test.bus.createTopics(TOPICS);
    return new Serving(test);
  }

  get bus(): EventBus {
    return this.test.bus;
  }

  get server(): BusServer {
    if (!this.current) throw new Error('serve() first');
    return this.current;
  }

  async serve(controllers: Type[], before?: (server: BusServer) => void): Promise<void> {
    @Module({ controllers })
    class TestModule {}
    const server = new BusServer({ bus: this.test.bus, service: 'tester' });
    this.current = server;
    this.app = await NestFactory.createMicroservice(TestModule, {
      strategy: server,
      logger: false,
      abortOnError: false,
    });
    this.app.useGlobalFilters(new KeepError());
    before?.(server);
    await this.app.listen();
  }

  note(by: string, deliveries: readonly Delivery[]): void {
    this.seen.push({ by, keys: deliveries.map(({ key }) => key), payloads: deliveries.map(({ payload }) => payload) });
  }

  keysOf(by: string): (string | null)[] {
    return this.seen.filter((each) => each.by === by).flatMap(({ keys }) => keys);
  }

  settled(topic: Topic, group: string): Promise<void> {
    return this.test.settled(topic, group);
  }

  async lettersOf(topic: Topic, group: string): Promise<LogRecord[]> {
    const letters: LogRecord[] = [];
    const running = await this.test.bus.subscribe({
      group: aGroup(),
      topics: [deadLetterTopic(topic.name, group)],
      mode: 'reader',
      handle: async (records) => (letters.push(...records), allDone(records)),
    });
    await running.caughtUp();
    await running.close();
    return letters;
  }

  async stopServing(): Promise<void> {
    await this.app?.close();
    this.app = undefined;
  }

  async remove(): Promise<void> {
    await this.stopServing();
    await this.test.remove();
  }
}
