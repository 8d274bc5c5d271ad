import { levelsOf } from '#shared/domain/protection/policy';
import {
  isSameLimit,
  parseLimits,
  readLimitsCommand,
  SET_ANY_LIMIT,
  setLimitArgv,
  setLimitCommand,
} from '../../actions/gpu-power-limit/power-limits';
import type { Lever } from './lever';

export const powerLimitLever: Lever = {
  id: 'power-limit',
  actionId: 'gpu-power-limit',
  sudoersCommands: SET_ANY_LIMIT,
  rootArgvs: (uuids) => [setLimitArgv(uuids, 1)],
  readCommand: () => readLimitsCommand(),
  parse: (stdout) =>
    parseLimits(stdout).map(({ index, uuid, limits }) => {
      return { index, uuid, current: limits?.limitW ?? null, levels: limits ? levelsOf(limits) : [], clockMhz: null };
    }),
  isSame: isSameLimit,
  parametersOf: ({ value }, gpuUuids) => ({ watts: value, gpuUuids: gpuUuids.join(',') }),
  setCommand: (uuids, { value }) => setLimitCommand('restore', uuids, value),
};
