import { Anchor, Button, SegmentedControl, Table, Text, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { IncidentSummary } from '#shared/domain/incident';
import { useCommands } from '../../../app/commands';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { SeverityBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { Ago } from '../../../components/time';
import { Toolbar } from '../../../components/toolbar';
import { useFleet } from '../../../stores/fleet-store';
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
  const hosts = useFleet((fleet) => fleet.hosts);
  const hostName = (hostId: string) => hosts?.get(hostId)?.spec.name ?? hostId;
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

function IncidentTable({ incidents, hostName }: IncidentTableProps) {
  const { t } = useWords();
  if (incidents.length === 0) {
    return (
      <Text c="dimmed" p="md">
        {t('incidentScreen.noneMatch')}
      </Text>
    );
  }
  return (
    <Table highlightOnHover stickyHeader>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('incidentScreen.column.number')}</Table.Th>
          <Table.Th>{t('incidentScreen.column.title')}</Table.Th>
          <Table.Th>{t('incidentScreen.column.state')}</Table.Th>
          <Table.Th>{t('incidentScreen.column.severity')}</Table.Th>
          <Table.Th>{t('incidentScreen.column.nodes')}</Table.Th>
          <Table.Th ta="end">{t('incidentScreen.column.entries')}</Table.Th>
          <Table.Th>{t('incidentScreen.column.updated')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {incidents.map((incident) => (
          <Table.Tr key={incident.id}>
            <Table.Td className={classes.number}>{t('incidentScreen.number', { number: incident.number })}</Table.Td>
            <Table.Td>
              <Anchor
                component="button"
                type="button"
                className={classes.open}
                onClick={() => navigate({ screen: 'incidents', incidentId: incident.id })}
              >
                {incident.title}
              </Anchor>
            </Table.Td>
            <Table.Td>
              <IncidentStateBadge state={incident.state} variant="plain" />
            </Table.Td>
            <Table.Td>
              {incident.severity ? (
                <SeverityBadge severity={incident.severity} variant="plain" />
              ) : (
                <span className="dim">{t('incidentScreen.noSeverity')}</span>
              )}
            </Table.Td>
            <Table.Td>{incident.hostIds.map(hostName).join(', ')}</Table.Td>
            <Table.Td ta="end">{incident.entryCount}</Table.Td>
            <Table.Td className={classes.number}>
              <Ago atMs={incident.updatedAtMs} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
