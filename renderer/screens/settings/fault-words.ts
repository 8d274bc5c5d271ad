import { sim } from '#shared/i18n/en/sim';
import { useWords } from '../../app/i18n';

type KnownFault = keyof typeof sim.fault;

/** A short name for each fault; one without words of its own goes by its id and the simulator's description. */
export function useFaultWords(faults: ReadonlyArray<{ name: string; description: string }>) {
  const { t } = useWords();
  return (name: string): { title: string; detail: string } => ({
    title: Object.hasOwn(sim.fault, name) ? t(`sim.fault.${name as KnownFault}`) : name,
    detail: faults.find((fault) => fault.name === name)?.description ?? '',
  });
}
