import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import {
  ErasureRequested,
  Id,
  recordOf,
  Shoppers,
  ShopkeeperError,
  type ErasureAccepted,
  type MemoryResponse,
} from '@shopkeeper/contracts';
import { EventBus } from '@shopkeeper/bus';

const unknown = () => new ShopkeeperError('SHOPPER_UNKNOWN', 'Nobody is known by this id.');

/** What is remembered of a shopper: to read and to forget. */
@Controller('v1/shoppers')
export class ShoppersController {
  constructor(
    private readonly shoppers: Shoppers,
    private readonly bus: EventBus,
  ) {}

  @Get(':id/memory')
  async memory(@Param('id') id: string): Promise<MemoryResponse> {
    const memory = await this.shoppers.memory(Id.parse(id));
    if (!memory) throw unknown();
    return memory;
  }

  @Delete(':id/memory')
  @HttpCode(202)
  async forget(@Param('id') id: string): Promise<ErasureAccepted> {
    const shopperId = await this.shoppers.resolve(Id.parse(id));
    if (!shopperId) throw unknown();
    const requestedAt = new Date().toISOString();
    await this.bus.publish([recordOf(ErasureRequested, { shopperId, requestedAt }, { source: '/services/gateway' })]);
    return { shopperId, requestedAt };
  }
}
