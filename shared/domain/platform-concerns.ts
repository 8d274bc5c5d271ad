import type { NodeFacts } from './facts/index';
import { memoryShortfall } from './memory-shortfall';
import type { Message } from './text';

/** What of power, cooling and memory needs a look now. Facts that are not there say nothing. */
export function platformConcerns(facts: NodeFacts): Message[] {
  const { 'bmc-sensors': sensors, ups, edac, 'memory-modules': memory } = facts;
  const found: Message[] = [];
  const say = (key: string, params: Message['params']) =>
    found.push({ key: `inventory.attention${key}`, ...(params && { params }) });
  for (const { name, state } of sensors?.powerSupplies ?? []) {
    if (state === 'failed') say('SupplyFailed', { name });
    if (state === 'input-lost') say('SupplyNoInput', { name });
    if (state === 'warning') say('SupplyWarning', { name });
  }
  const critical = (sensors?.sensors ?? []).filter(({ state, kind, name, entity }) => {
    // Those of power supplies have been told by their supply.
    const isOfSupply = kind === 'power-supply' || entity?.startsWith('10.') || /\bPSU?\s?\d/i.test(name);
    return state === 'critical' && !isOfSupply;
  });
  if (critical.length > 0)
    say('SensorsCritical', {
      names: critical
        .map(({ name }) => name)
        .slice(0, 5)
        .join(', '),
    });
  for (const { name, problem, states } of ups?.devices ?? []) {
    if (problem === 'stale' || problem === 'no-driver') say('UpsUnread', { name });
    if (states.includes('on-battery')) say('UpsOnBattery', { name });
    if (states.includes('replace-battery')) say('UpsReplaceBattery', { name });
  }
  const uncorrected = (edac?.controllers ?? []).reduce((sum, one) => sum + (one.uncorrectedErrors ?? 0), 0);
  if (uncorrected > 0) say('MemoryUncorrected', { count: uncorrected });
  const missing = memory ? memoryShortfall(memory) : null;
  if (missing !== null) say('MemoryNotUsed', { size: `${Math.round(missing / 1024 ** 3)} GiB` });
  return found;
}
