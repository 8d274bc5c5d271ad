import type { Catalogue } from '../catalogue';
import type { reports as english } from '../en/reports';

export const reports: Catalogue<typeof english> = {};
