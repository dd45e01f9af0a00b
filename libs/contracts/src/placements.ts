import { z } from 'zod';

/** Where a list is shown. */
export const Placement = z.enum(['home', 'similar', 'bought-together', 'cart', 'still-considering']);
export type Placement = z.infer<typeof Placement>;
