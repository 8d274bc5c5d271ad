import type { Values } from '../../generator';
import { textOf } from '../../values';
import { stageOf } from '../setup';

export const isStage3 = (_: Values, form: Values) => stageOf(form) === 3;
export const isSharded = (_: Values, form: Values) => stageOf(form) > 0;
export const isEnabled = (around: Values) => ['true', 'auto'].includes(textOf(around, 'enabled') ?? '');
export const isSwitchedOn = (around: Values) => around.enabled === true;
export const isOffloaded = (around: Values) => ['cpu', 'nvme'].includes(textOf(around, 'device') ?? '');
export const isOnDisk = (around: Values) => textOf(around, 'device') === 'nvme';
