import type { Catalogue } from '../catalogue';
import type { inventory as english } from '../en/inventory';

export const inventory: Catalogue<typeof english> = {};
