import type { Answers, DiagnosisRun, TreeGraph } from '#shared/domain/diagnosis';

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
  onWhatIf: (stepId: string, branchId: string) => void;
  /** Diagnoses the node again with the same answers. */
  onAgain: () => void;
}
