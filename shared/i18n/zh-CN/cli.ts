import type { Catalogue } from '../catalogue';
import type { cli as english } from '../en/cli';

export const cli: Catalogue<typeof english> = {};
