import type { ActionRun } from '#shared/domain/action';
import type { Tone } from '../components/state-badge';

export const runTones: Record<ActionRun['state'], Tone> = {
  applying: 'info',
  verifying: 'info',
  verified: 'ok',
  'verify-failed': 'bad',
  failed: 'bad',
  cancelled: 'warn',
  interrupted: 'unknown',
  undoing: 'info',
  undone: 'info',
};

export const stepTones: Record<ActionRun['steps'][number]['state'], Tone> = {
  pending: 'unknown',
  running: 'info',
  done: 'ok',
  skipped: 'unknown',
  failed: 'bad',
  unknown: 'unknown',
};

export const outcomeTones: Record<NonNullable<ActionRun['verification']>['outcome'], Tone> = {
  pass: 'ok',
  fail: 'bad',
  unknown: 'unknown',
};
