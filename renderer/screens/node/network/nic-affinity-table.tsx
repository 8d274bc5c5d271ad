import { useMemo } from 'react';
import { nicAffinities, type PcieDistance } from '#shared/domain/nic-affinity';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import nodeClasses from '../node.module.css';
import { useNetworkFacts } from './use-network-facts';

/** Which GPUs each NIC is near to. Nothing on a node without GPUs or NICs. */
export function NicAffinityTable() {
  const { t } = useWords();
  const facts = useNetworkFacts();
  const rows = useMemo(() => nicAffinities(facts), [facts]);
  if (rows.length === 0) return null;
  const gpusAt = (gpus: (typeof rows)[number]['gpus'], wanted: PcieDistance) =>
    gpus
      .filter(({ distance }) => distance === wanted)
      .map(({ gpuIndex }) => gpuIndex)
      .join(', ');
  const known = (['PIX', 'PXB', 'PHB', 'NODE', 'SYS'] as const).filter((distance) =>
    rows.some(({ gpus }) => gpus.some((gpu) => gpu.distance === distance)),
  );
  const hasRails = rows.some(({ rail }) => rail !== null);
  const basis = rows.find((row) => row.basis !== null)?.basis ?? null;
  return (
    <section className={nodeClasses.section} aria-label={t('networkTab.affinity')}>
      <div className={nodeClasses.sectionHead}>
        <h2>{t('networkTab.affinity')}</h2>
      </div>
      <FactTable
        label={t('networkTab.affinity')}
        rows={rows}
        rowKey={({ nic }) => nic}
        empty=""
        columns={[
          { id: 'nic', header: t('networkTab.nic'), cell: ({ nic }) => nic },
          { id: 'pci', header: t('networkTab.name.pci'), cell: ({ pciBusId }) => <code>{pciBusId ?? '—'}</code> },
          { id: 'numa', header: t('networkTab.numa'), isNumeric: true, cell: ({ numaNode }) => numaNode ?? '—' },
          {
            id: 'nearest',
            header: t('networkTab.nearest'),
            cell: ({ nearest, distance }) =>
              nearest.length > 0 ? (
                <>
                  <strong>{t('networkTab.gpus', { count: nearest.length, list: nearest.join(', ') })}</strong>{' '}
                  <span className="dim">{distance}</span>
                </>
              ) : (
                <span className="dim">{t(distance === null ? 'networkTab.notKnown' : 'networkTab.noneNear')}</span>
              ),
          },
          ...(hasRails
            ? [
                {
                  id: 'rail',
                  header: t('networkTab.rail'),
                  isNumeric: true,
                  cell: ({ rail }: (typeof rows)[number]) => rail ?? '—',
                },
              ]
            : []),
          ...known.map((distance) => ({
            id: distance,
            header: distance,
            cell: ({ gpus }: (typeof rows)[number]) => <span className="dim">{gpusAt(gpus, distance) || '—'}</span>,
          })),
        ]}
      />
      {basis !== null && <p className="dim">{t(`networkTab.basis.${basis}`)}</p>}
    </section>
  );
}
