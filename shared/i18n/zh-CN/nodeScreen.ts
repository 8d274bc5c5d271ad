import type { Catalogue } from '../catalogue';
import type { nodeScreen as english } from '../en/nodeScreen';

export const nodeScreen: Catalogue<typeof english> = {};
