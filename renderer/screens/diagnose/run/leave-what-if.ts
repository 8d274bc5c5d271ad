import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { goBack, navigate } from '../../../app/router';

/** Back to the run by the facts; one saved without its origin was opened from there. */
export function leaveWhatIf({ whatIfOf }: Pick<DiagnosisRun, 'whatIfOf'>): void {
  if (whatIfOf) navigate({ screen: 'diagnose', runId: whatIfOf });
  else goBack();
}
