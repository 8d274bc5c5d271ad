import { clockLevelsOf } from '#shared/domain/protection/policy';
import {
  parseClocks,
  readClocksCommand,
  SET_ANY_CEILING,
  setCeilingArgv,
  setCeilingCommand,
} from '../../actions/gpu-clock-ceiling/clock-ceilings';
import type { Lever, Target } from './lever';

/** Putting back is taking every lock away: there is nothing that could be read before. */
const ceilingOf = ({ value, original }: Target): number | null => (value === original ? null : value);

export const clockCeilingLever: Lever = {
  id: 'clock-ceiling',
  actionId: 'gpu-clock-ceiling',
  sudoersCommands: SET_ANY_CEILING,
  rootArgvs: (uuids) => [setCeilingArgv(uuids, 1000), setCeilingArgv(uuids, null)],
  readCommand: () => readClocksCommand(),
  parse: (stdout) =>
    parseClocks(stdout).map(({ index, uuid, clocks }) => {
      const levels = clocks ? clockLevelsOf(clocks.topMhz) : [];
      return { index, uuid, current: null, levels, clockMhz: clocks?.nowMhz ?? null };
    }),
  isSame: (one, other) => one === other,
  parametersOf: (target, gpuUuids) => ({ megahertz: ceilingOf(target), gpuUuids: gpuUuids.join(',') }),
  setCommand: (uuids, target) => setCeilingCommand('restore', uuids, ceilingOf(target)),
};
