import type { Catalogue } from '../catalogue';
import type { incidents as english } from '../en/incidents';

export const incidents: Catalogue<typeof english> = {};
