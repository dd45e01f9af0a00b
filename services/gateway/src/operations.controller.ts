import { Controller, Get, Header, Res } from '@nestjs/common';
import { Health, Metrics } from '@shopkeeper/platform';
import type { FastifyReply } from 'fastify';

/** For ops: is it alive, is it ready, what does it measure. */
@Controller()
export class OperationsController {
  constructor(
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {}

  @Get('healthz/live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('healthz/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const report = await this.health.report();
    void reply.status(report.status === 'down' ? 503 : 200);
    return report;
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  scrape(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
