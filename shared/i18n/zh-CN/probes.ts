import type { Catalogue } from '../catalogue';
import type { probes as english } from '../en/probes';

export const probes: Catalogue<typeof english> = {};
