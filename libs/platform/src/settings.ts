import { ShopkeeperError } from '@shopkeeper/contracts';
import type { z } from 'zod';

/**
 * Reads settings from environment variables against a schema whose keys are their names.
 * @throws ShopkeeperError CONFIG_INVALID naming every setting that is missing or wrong
 */
export function readSettings<S extends z.ZodObject>(schema: S, env: NodeJS.ProcessEnv): z.infer<S> {
  const given = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, env[name] || undefined]));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new ShopkeeperError('CONFIG_INVALID', `Settings do not fit: ${why}`);
}
