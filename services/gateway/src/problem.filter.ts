import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { isRetriable } from '@shopkeeper/contracts';
import { Logger } from '@shopkeeper/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from './problem.js';

/** The only way an error leaves the gateway. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(error, request.id);
    if (problem.status >= 500) this.logger.error({ err: error, requestId: request.id }, `answered ${problem.code}`);
    if (isRetriable(error)) void reply.header('retry-after', '1');
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.status(problem.status).type('application/problem+json').send(problem);
  }
}
