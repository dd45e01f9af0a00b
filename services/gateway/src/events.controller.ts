import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ShopkeeperError, type BatchResponse } from '@shopkeeper/contracts';
import { EventBus } from '@shopkeeper/bus';
import type { FastifyReply } from 'fastify';
import { takeEvent } from './intake.js';
import { itemsOf, publishBatch } from './publish-batch.js';

/** What shoppers did. Answers only after the bus has acknowledged. */
@Controller('v1')
export class EventsController {
  constructor(private readonly bus: EventBus) {}

  @Post('events')
  events(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<BatchResponse> {
    return this.take(itemsOf(body, 'events'), reply, 'live');
  }

  @Post('batch')
  batch(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<BatchResponse> {
    const items = (body as { batch?: unknown } | null)?.batch;
    if (!Array.isArray(items)) {
      throw new ShopkeeperError('REQUEST_INVALID', 'The body wants an array of events in "batch".');
    }
    return this.take(
      items.map((value) => ({ value })),
      reply,
      'live',
    );
  }

  @Post('track')
  @HttpCode(202)
  track(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<BatchResponse> {
    return this.one(body, 'track', reply);
  }

  @Post('page')
  @HttpCode(202)
  page(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<BatchResponse> {
    return this.one(body, 'page', reply);
  }

  @Post('identify')
  @HttpCode(202)
  identify(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<BatchResponse> {
    return this.one(body, 'identify', reply);
  }

  @Post('events/import')
  import(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<BatchResponse> {
    return this.take(itemsOf(body, 'events'), reply, 'import');
  }

  private one(body: unknown, type: string, reply: FastifyReply): Promise<BatchResponse> {
    const value = typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body, type } : body;
    return this.take([{ value }], reply, 'live');
  }

  private take(
    items: ReturnType<typeof itemsOf>,
    reply: FastifyReply,
    mode: 'live' | 'import',
  ): Promise<BatchResponse> {
    const now = Date.now();
    return publishBatch(this.bus, items, 'EVENT_INVALID', (value) => takeEvent(value, now, mode), reply);
  }
}
