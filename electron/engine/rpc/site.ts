import type { Site } from '../site/create-site';
import { engine, translateErrors } from './errors';

/** The `site` area of the contract. */
export function siteProcedures(site: Site) {
  const area = engine.site;
  return {
    get: area.get.use(translateErrors).handler(() => site.get()),
    set: area.set.use(translateErrors).handler(({ input }) => site.set(input.settings)),
  };
}
