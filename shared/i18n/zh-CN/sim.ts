import type { Catalogue } from '../catalogue';
import type { sim as english } from '../en/sim';

export const sim: Catalogue<typeof english> = {};
