import type { Catalogue } from '../catalogue';
import type { actions as english } from '../en/actions';

export const actions: Catalogue<typeof english> = {};
