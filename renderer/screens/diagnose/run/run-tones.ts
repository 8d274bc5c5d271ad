import type { BranchEvaluation, DiagnosisRun } from '#shared/domain/diagnosis';
import type { Tone } from '../../../components/state-badge';

export const runTones: Record<DiagnosisRun['state'], Tone> = {
  collecting: 'info',
  waiting: 'info',
  concluded: 'ok',
  failed: 'bad',
  cancelled: 'unknown',
};

export const resultTones: Record<BranchEvaluation['result'], Tone> = {
  true: 'ok',
  false: 'unknown',
  unknown: 'warn',
  'not-judged': 'unknown',
};
