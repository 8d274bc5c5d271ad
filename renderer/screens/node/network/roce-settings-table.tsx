import type { RoceSettingsFacts } from '#shared/domain/facts/network';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { Value } from '../../../components/value';

/** Flow control, ECN and marking of each RoCE interface. */
export function RoceSettingsTable({ facts: { interfaces } }: { facts: RoceSettingsFacts }) {
  const { t } = useWords();
  const listed = (priorities: readonly number[] | null) =>
    priorities === null ? null : priorities.length > 0 ? priorities.join(', ') : t('networkTab.noPriority');
  return (
    <FactTable
      label={t('networkTab.roce')}
      rows={interfaces}
      rowKey={({ rdmaDevice }) => rdmaDevice}
      empty={t('networkTab.noRoce')}
      columns={[
        {
          id: 'name',
          header: t('networkTab.interface'),
          cell: (row, at) => (
            <>
              <Value value={row.name} path={`interfaces.${at}.name`} /> <span className="dim">{row.rdmaDevice}</span>
            </>
          ),
        },
        {
          id: 'pfc',
          header: t('networkTab.pfc'),
          cell: (row, at) => <Value value={listed(row.pfcPriorities)} path={`interfaces.${at}.pfcPriorities`} />,
        },
        {
          id: 'trust',
          header: t('networkTab.trust'),
          cell: (row, at) => (
            <>
              <Value value={row.trust} path={`interfaces.${at}.trust`} />
              {row.isTrustInferred && <span className="dim"> {t('networkTab.inferred')}</span>}
            </>
          ),
        },
        {
          id: 'dscp',
          header: t('networkTab.dscp'),
          cell: (row, at) => <Value value={lossless(row)} path={`interfaces.${at}.dscpOfPriority`} />,
        },
        {
          id: 'np',
          header: t('networkTab.ecnNotification'),
          cell: (row, at) => (
            <Value value={listed(row.ecnNotificationPriorities)} path={`interfaces.${at}.ecnNotificationPriorities`} />
          ),
        },
        {
          id: 'rp',
          header: t('networkTab.ecnReaction'),
          cell: (row, at) => (
            <Value value={listed(row.ecnReactionPriorities)} path={`interfaces.${at}.ecnReactionPriorities`} />
          ),
        },
        {
          id: 'class',
          header: t('networkTab.trafficClass'),
          isNumeric: true,
          cell: (row, at) => <Value value={row.trafficClass} unit="count" path={`interfaces.${at}.trafficClass`} />,
        },
        {
          id: 'tos',
          header: t('networkTab.cmTos'),
          isNumeric: true,
          cell: (row, at) => (
            <Value value={row.connectionManagerTos} unit="count" path={`interfaces.${at}.connectionManagerTos`} />
          ),
        },
        {
          id: 'tool',
          header: t('networkTab.tool'),
          cell: (row, at) => <Value value={row.tool} path={`interfaces.${at}.tool`} />,
        },
      ]}
    />
  );
}

/** DSCP values that lead to a priority with flow control: `26 → 3`. */
function lossless(row: RoceSettingsFacts['interfaces'][number]): string | null {
  const { dscpOfPriority, pfcPriorities } = row;
  if (dscpOfPriority === null || pfcPriorities === null) return null;
  const parts = pfcPriorities.flatMap((priority) => {
    const values = dscpOfPriority[priority] ?? [];
    return values.length === 0 ? [] : [`${span(values)} → ${priority}`];
  });
  return parts.join('; ') || '–';
}

function span(values: readonly number[]): string {
  const [first = 0] = values;
  const last = values.at(-1) ?? first;
  return values.length > 2 && last - first === values.length - 1 ? `${first}–${last}` : values.join(', ');
}
