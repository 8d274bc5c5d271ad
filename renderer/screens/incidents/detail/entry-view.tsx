import {
  IconAlertTriangle,
  IconBell,
  IconCertificate,
  IconCircleCheck,
  IconCircleDot,
  IconDatabase,
  IconFile,
  IconHandStop,
  IconNote,
  IconRotate,
  IconStethoscope,
  IconTool,
  type TablerIcon,
} from '@tabler/icons-react';
import type { IncidentEntry } from '#shared/domain/incident';
import { isRunning } from '../../../actions/use-action-flow';
import { useWords } from '../../../app/i18n';
import { Time } from '../../../components/time';
import { FindingCard } from '../../../findings/finding-card';
import { AcceptanceEntry } from './acceptance-entry';
import { ActionEntry } from './action-entry';
import { AlertEntry } from './alert-entry';
import { DiagnosisEntry } from './diagnosis-entry';
import { EvidenceEntry } from './evidence-entry';
import { FileEntry } from './file-entry';
import { ManualEntry } from './manual-entry';
import classes from './timeline.module.css';

const icons: Record<IncidentEntry['kind'], TablerIcon> = {
  opened: IconCircleDot,
  note: IconNote,
  finding: IconAlertTriangle,
  diagnosis: IconStethoscope,
  evidence: IconDatabase,
  action: IconTool,
  manual: IconHandStop,
  alert: IconBell,
  file: IconFile,
  acceptance: IconCertificate,
  closed: IconCircleCheck,
  reopened: IconRotate,
};

/** One entry of the timeline, as it was when it was added. */
export function EntryView({ entry, incidentId }: { entry: IncidentEntry; incidentId: string }) {
  const Icon = icons[entry.kind];
  const title = useTitle(entry);
  return (
    <li className={classes.entry}>
      <span className={classes.icon}>
        <Icon size={14} aria-hidden />
      </span>
      <div className={classes.head}>
        <h3 className={classes.kind}>{title}</h3>
        <span className="dim small">
          <Time atMs={entry.atMs} />
        </span>
      </div>
      <EntryBody entry={entry} incidentId={incidentId} />
    </li>
  );
}

function useTitle(entry: IncidentEntry): string {
  const { t } = useWords();
  if (entry.kind === 'note') return t('incidentScreen.noteBy', { author: entry.author });
  if (entry.kind === 'action' && isRunning(entry.run)) {
    return t(entry.run.state === 'undoing' ? 'incidentScreen.undoStarted' : 'incidentScreen.actionStarted');
  }
  if (entry.kind === 'alert') return t(`incidentScreen.alertState.${entry.state}`);
  return t(`incidentScreen.entryKind.${entry.kind}`);
}

function EntryBody({ entry, incidentId }: { entry: IncidentEntry; incidentId: string }) {
  switch (entry.kind) {
    case 'opened':
      return null;
    case 'note':
      return <p className={classes.text}>{entry.text}</p>;
    case 'closed':
    case 'reopened':
      return entry.reason ? <p className={classes.text}>{entry.reason}</p> : null;
    case 'finding':
      return <FindingCard finding={entry.finding} canAct={false} incidentId={incidentId} />;
    case 'diagnosis':
      return <DiagnosisEntry run={entry.run} />;
    case 'evidence':
      return <EvidenceEntry result={entry.result} evidence={entry.evidence} />;
    case 'action':
      return <ActionEntry run={entry.run} incidentId={incidentId} />;
    case 'file':
      return <FileEntry entry={entry} />;
    case 'manual':
      return <ManualEntry work={entry.work} />;
    case 'acceptance':
      return <AcceptanceEntry sheet={entry.sheet} />;
    case 'alert':
      return <AlertEntry entry={entry} />;
  }
}
