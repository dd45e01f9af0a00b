import { z } from 'zod';

/** RFC 9457, with a stable `code`. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  /** Which fields to mend. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;

/** What became of each item of a batch; good ones are kept whatever became of the others. */
export const BatchResponse = z.object({
  accepted: z.number().int(),
  rejected: z.number().int(),
  /** Only the rejected ones, by their place in the batch. */
  errors: z.array(
    z.object({ index: z.number().int(), code: z.string(), detail: z.string(), path: z.string().optional() }),
  ),
});
export type BatchResponse = z.infer<typeof BatchResponse>;
