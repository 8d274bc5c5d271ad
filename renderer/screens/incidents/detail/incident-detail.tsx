import { ActionIcon, Button } from '@mantine/core';
import { IconArrowLeft, IconFileExport, IconHistory, IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import type { Incident } from '#shared/domain/incident';
import { useCommands } from '../../../app/commands';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { useFormat } from '../../../components/format';
import { SeverityBadge } from '../../../components/state-badge';
import { StateView } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import type { Query } from '../../../rpc/use-query';
import { useHostNames } from '../../../stores/fleet-store';
import { startReplay } from '../../../stores/replay-store';
import { ExportDialog } from '../export/export-dialog';
import { IncidentStateBadge } from '../incident-state-badge';
import { AddEvidence } from './add-evidence';
import { ChangeDialog, type IncidentChange } from './change-dialog';
import classes from './incident-detail.module.css';
import { NoteForm } from './note-form';
import { Timeline } from './timeline';
import { useIncident } from './use-incident';

/** One incident: its timeline, and what can be added to it, changed or exported. */
export function IncidentDetail({ incidentId }: { incidentId: string }) {
  const incident = useIncident(incidentId);
  return <StateView query={incident}>{(loaded) => <Detail incident={loaded} query={incident} />}</StateView>;
}

function Detail({ incident, query }: { incident: Incident; query: Query<Incident> }) {
  const { t } = useWords();
  const [change, setChange] = useState<IncidentChange | null>(null);
  const [isExporting, setExporting] = useState(false);
  const group = t('shell.palette.thisScreen');
  useCommands([
    { id: 'incident.export', label: t('incidentScreen.export'), group, run: () => setExporting(true) },
    { id: 'incident.rename', label: t('incidentScreen.rename'), group, run: () => setChange('rename') },
  ]);
  return (
    <>
      <Toolbar
        title={
          <span>
            <ActionIcon
              size="sm"
              aria-label={t('incidentScreen.backToList')}
              onClick={() => navigate({ screen: 'incidents' })}
            >
              <IconArrowLeft size={16} aria-hidden />
            </ActionIcon>
            <span className="ellipsis" title={incident.title}>
              {t('incidentScreen.name', { number: incident.number, title: incident.title })}
            </span>
          </span>
        }
        info={
          <>
            <IncidentStateBadge state={incident.state} />
            {incident.severity && <SeverityBadge severity={incident.severity} />}
            <ActionIcon aria-label={t('incidentScreen.rename')} onClick={() => setChange('rename')}>
              <IconPencil size={16} aria-hidden />
            </ActionIcon>
          </>
        }
      >
        <Button variant="default" onClick={() => setChange(incident.state === 'open' ? 'close' : 'reopen')}>
          {t(incident.state === 'open' ? 'incidentScreen.close' : 'incidentScreen.reopen')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconHistory size={14} aria-hidden />}
          onClick={() => replayIncident(incident)}
        >
          {t('replay.title')}
        </Button>
        <Button leftSection={<IconFileExport size={14} aria-hidden />} onClick={() => setExporting(true)}>
          {t('incidentScreen.export')}
        </Button>
      </Toolbar>
      <div className={classes.panes}>
        <Timeline incident={incident} />
        <aside className={classes.aside}>
          <About incident={incident} />
          <NoteForm incidentId={incident.id} onDidAdd={query.refetch} />
          <AddEvidence incident={incident} onDidAdd={query.refetch} />
        </aside>
      </div>
      {change && (
        <ChangeDialog incident={incident} change={change} onDidChange={query.refetch} onClose={() => setChange(null)} />
      )}
      {isExporting && <ExportDialog incident={incident} onClose={() => setExporting(false)} />}
    </>
  );
}

/** Before it was opened: what led to it. */
const BEFORE_MS = 600_000;

/** From before it began to its last change, on its node, or all of them on the heat map. */
function replayIncident({ hostIds, openedAtMs, updatedAtMs, state }: Incident): void {
  const toMs = state === 'open' ? Date.now() : updatedAtMs;
  startReplay({ window: { fromMs: openedAtMs - BEFORE_MS, toMs }, hostIds });
  const [hostId, ...others] = hostIds;
  navigate(
    hostId !== undefined && others.length === 0 ? { screen: 'node', hostId, section: 'live' } : { screen: 'heatMap' },
  );
}

function About({ incident }: { incident: Incident }) {
  const { t } = useWords();
  const format = useFormat();
  const hostName = useHostNames();
  return (
    <dl className={classes.about}>
      <dt>{t('incidentScreen.nodes')}</dt>
      <dd>{incident.hostIds.map(hostName).join(', ') || t('incidentScreen.noNode')}</dd>
      <dt>{t('incidentScreen.opened')}</dt>
      <dd>{format.dateTime(incident.openedAtMs)}</dd>
      <dt>{t('incidentScreen.lastUpdate')}</dt>
      <dd>{format.dateTime(incident.updatedAtMs)}</dd>
    </dl>
  );
}
