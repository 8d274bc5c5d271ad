import { z } from 'zod';
import { siteCertificateSchema, siteSettingsSchema } from '../domain/site';
import { procedure } from './errors';

const shown = z.object({
  settings: siteSettingsSchema,
  /** Of `caPem`, in its order. */
  certificates: z.array(siteCertificateSchema),
});

/** Mirrors, proxy and certificate authority of the site, set once; actions and playbooks read them as `site`. */
export const site = {
  get: procedure.output(shown),
  /** Replaces all of them. INVALID with the first that makes no sense; a proxy with a password is refused, as all users of a node would read it. */
  set: procedure.input(z.object({ settings: z.unknown() })).output(shown),
};
