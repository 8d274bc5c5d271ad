import type { Answers, Assumption, DiagnosisRun, TreeGraph } from '#shared/domain/diagnosis';

/** A run that can be answered, gone back in and read again: it has ended or waits. */
export function isOpenToChange(state: DiagnosisRun['state']): boolean {
  return state === 'waiting' || state === 'concluded';
}

/** What each panel beside the tree shows and can do. */
export interface RunPanelProps {
  run: DiagnosisRun;
  /** Null while the tree is still loading. */
  tree: TreeGraph | null;
  selectedId: string | null;
  /** The user chose the step, rather than the walk having come to it. */
  isPicked: boolean;
  isBusy: boolean;
  onSelect: (stepId: string) => void;
  onAnswer: (stepId: string, answers: Answers) => void;
  onBack: (stepId: string) => void;
  onWhatIf: (assumption: Assumption) => void;
  /** Reads the probes of this step again. */
  onRead: (stepId: string) => void;
  /** Diagnoses the node again with the same answers. */
  onAgain: () => void;
}
