import { Anchor, Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { IncidentSummary } from '#shared/domain/incident';
import { useCommands } from '../../../app/commands';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { FactTable } from '../../../components/fact-table';
import { SeverityBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { Toolbar } from '../../../components/toolbar';
import { useHostNames } from '../../../stores/fleet-store';
import { IncidentStateBadge } from '../incident-state-badge';
import { useIncidents } from '../use-incidents';
import { filterIncidents, type StateFilter } from './incident-filter';
import classes from './incident-list.module.css';
import { NewIncident } from './new-incident';

/** Every incident, the open ones first to be seen. */
export function IncidentList() {
  const { t } = useWords();
  const incidents = useIncidents();
  const [state, setState] = useState<StateFilter>('open');
  const [search, setSearch] = useState('');
  const [isCreating, setCreating] = useState(false);
  const hostName = useHostNames();
  useCommands([
    {
      id: 'incidents.new',
      label: t('incidentScreen.new'),
      group: t('shell.palette.thisScreen'),
      run: () => setCreating(true),
    },
  ]);
  const newButton = (
    <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setCreating(true)}>
      {t('incidentScreen.new')}
    </Button>
  );
  return (
    <>
      <Toolbar
        title={t('incidentScreen.title')}
        info={
          <>
            <SegmentedControl
              size="xs"
              aria-label={t('incidentScreen.column.state')}
              data={(['open', 'closed', 'all'] as const).map((value) => ({
                value,
                label: t(`incidentScreen.filter.${value}`),
              }))}
              value={state}
              onChange={setState}
            />
            <TextInput
              className={classes.search}
              placeholder={t('incidentScreen.search')}
              aria-label={t('incidentScreen.search')}
              leftSection={<IconSearch size={14} aria-hidden />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
          </>
        }
      >
        {newButton}
      </Toolbar>
      <div className={classes.body}>
        <StateView
          query={incidents}
          isEmpty={(list) => list.length === 0}
          empty={
            <StatePanel title={t('incidentScreen.empty')} detail={t('incidentScreen.emptyText')}>
              {newButton}
            </StatePanel>
          }
        >
          {(list) => <IncidentTable incidents={filterIncidents(list, state, search, hostName)} hostName={hostName} />}
        </StateView>
      </div>
      <NewIncident isOpen={isCreating} onClose={() => setCreating(false)} />
    </>
  );
}

interface IncidentTableProps {
  incidents: readonly IncidentSummary[];
  hostName: (hostId: string) => string;
}

/** A click anywhere in a row opens it; by keyboard its title does. */
function IncidentTable({ incidents, hostName }: IncidentTableProps) {
  const { t } = useWords();
  const open = (incident: IncidentSummary) => navigate({ screen: 'incidents', incidentId: incident.id });
  return (
    <FactTable
      label={t('incidentScreen.title')}
      rows={incidents}
      rowKey={(incident) => incident.id}
      empty={t('incidentScreen.noneMatch')}
      onSelect={open}
      columns={[
        {
          id: 'number',
          header: t('incidentScreen.column.number'),
          cell: (incident) => t('incidentScreen.number', { number: incident.number }),
        },
        {
          id: 'title',
          header: t('incidentScreen.column.title'),
          isWide: true,
          cell: (incident) => (
            <Anchor
              component="button"
              type="button"
              className={classes.open}
              title={incident.title}
              onClick={() => open(incident)}
            >
              {incident.title}
            </Anchor>
          ),
        },
        {
          id: 'state',
          header: t('incidentScreen.column.state'),
          cell: (incident) => <IncidentStateBadge state={incident.state} variant="plain" />,
        },
        {
          id: 'severity',
          header: t('incidentScreen.column.severity'),
          cell: ({ severity }) =>
            severity ? (
              <SeverityBadge severity={severity} variant="plain" />
            ) : (
              <span className="dim">{t('incidentScreen.noSeverity')}</span>
            ),
        },
        {
          id: 'nodes',
          header: t('incidentScreen.column.nodes'),
          cell: (incident) => <span className={classes.nodes}>{incident.hostIds.map(hostName).join(', ')}</span>,
        },
        {
          id: 'entries',
          header: t('incidentScreen.column.entries'),
          isNumeric: true,
          cell: (incident) => incident.entryCount,
        },
        {
          id: 'updated',
          header: t('incidentScreen.column.updated'),
          cell: (incident) => <Ago atMs={incident.updatedAtMs} />,
        },
      ]}
    />
  );
}
