import { Body, Controller, Post, Res } from '@nestjs/common';
import type { BatchResponse } from '@shopkeeper/contracts';
import { EventBus } from '@shopkeeper/bus';
import type { FastifyReply } from 'fastify';
import { takeChange, takeItem } from './catalog-intake.js';
import { itemsOf, publishBatch } from './publish-batch.js';

/** What the catalogue holds. Answers only after the bus has acknowledged. */
@Controller('v1/catalog')
export class CatalogController {
  constructor(private readonly bus: EventBus) {}

  @Post('changes')
  changes(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<BatchResponse> {
    const now = Date.now();
    return publishBatch(this.bus, itemsOf(body, 'changes'), 'CHANGE_INVALID', (value) => takeChange(value, now), reply);
  }

  @Post('import')
  import(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<BatchResponse> {
    const now = Date.now();
    return publishBatch(this.bus, itemsOf(body, 'products'), 'CHANGE_INVALID', (value) => takeItem(value, now), reply);
  }
}
