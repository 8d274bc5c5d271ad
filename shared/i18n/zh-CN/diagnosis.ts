import type { Catalogue } from '../catalogue';
import type { diagnosis as english } from '../en/diagnosis';

export const diagnosis: Catalogue<typeof english> = {};
