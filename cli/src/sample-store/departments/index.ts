import type { Department } from '../department.js';
import { BEAUTY } from './beauty.js';
import { BOOKS } from './books.js';
import { CRAFTS } from './crafts.js';
import { ELECTRONICS } from './electronics.js';
import { FASHION } from './fashion.js';
import { GARDEN } from './garden.js';
import { GIFTS } from './gifts.js';
import { HOME } from './home.js';
import { KITCHEN } from './kitchen.js';
import { PETS } from './pets.js';
import { SPORTS } from './sports.js';
import { TOYS } from './toys.js';

export const DEPARTMENTS: readonly Department[] = [
  GARDEN,
  KITCHEN,
  HOME,
  TOYS,
  BOOKS,
  SPORTS,
  PETS,
  BEAUTY,
  FASHION,
  ELECTRONICS,
  CRAFTS,
  GIFTS,
];
