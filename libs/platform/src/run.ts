import {
  Catch,
  type ArgumentsHost,
  type DynamicModule,
  type INestMicroservice,
  type RpcExceptionFilter,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomStrategy } from '@nestjs/microservices';
import { throwError, type Observable } from 'rxjs';
import { nestLogger, type Logger } from './logger.js';

/** Nest replaces unknown errors of handlers by a generic one; the bus must see the original to tell poison from a dependency that is down. */
@Catch()
class KeepError implements RpcExceptionFilter {
  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => error);
  }
}

/** Starts one service that consumes from the bus; resolves when it is subscribed. */
export async function runConsumer(options: {
  module: DynamicModule;
  strategy: CustomStrategy['strategy'];
  logger: Logger;
}): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice(options.module, {
    strategy: options.strategy,
    logger: nestLogger(options.logger),
  });
  app.useGlobalFilters(new KeepError());
  await app.listen();
  return app;
}
