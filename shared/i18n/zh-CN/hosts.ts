import type { Catalogue } from '../catalogue';
import type { hosts as english } from '../en/hosts';

export const hosts: Catalogue<typeof english> = {};
