import type { Protection } from '../protection/create-protection';
import { engine, translateErrors } from './errors';

/** The `protection` area of the contract. */
export function protectionProcedures(protection: Protection) {
  const area = engine.protection;
  return {
    status: area.status.use(translateErrors).handler(() => protection.status()),
    watch: area.watch.use(translateErrors).handler(({ signal }) => protection.watch(signal)),
    history: area.history.use(translateErrors).handler(({ input }) => protection.history(input.limit)),
    scope: area.scope.use(translateErrors).handler(({ input, signal }) => protection.scope(input.hostId, signal)),
    arm: area.arm.use(translateErrors).handler(({ input, signal }) => protection.arm(input, { signal })),
    disarm: area.disarm.use(translateErrors).handler(({ input }) => {
      protection.disarm(input.hostId, input.reason);
      return {};
    }),
    restore: area.restore.use(translateErrors).handler(async ({ input, signal }) => ({
      restored: await protection.restore(input.hostId, { signal }),
    })),
    setBreaker: area.setBreaker.use(translateErrors).handler(({ input }) => protection.setBreaker(input)),
  };
}
