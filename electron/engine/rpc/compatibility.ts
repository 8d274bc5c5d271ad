import { type JudgedInventory, judgeSoftware } from '../inventory/judge-software';
import { engine, translateErrors } from './errors';

export function compatibilityProcedures(inventory: JudgedInventory, nowMs: () => number) {
  return {
    judge: engine.compatibility.judge
      .use(translateErrors)
      .handler(({ input: { hostId } }) => judgeSoftware(inventory, hostId, nowMs())),
  };
}
