import type { GpuTopologyFacts } from '#shared/domain/facts/gpu';
import { useWords } from '../../../app/i18n';
import { Value } from '../../../components/value';
import classes from '../node.module.css';

/** How near two devices are, 5 for NVLink down to 1 for the way across sockets; 0 for a device itself. */
function nearness(link: string): number {
  if (/^NV\d+/.test(link)) return 5;
  return { PSB: 4, PIX: 4, PXB: 3, PHB: 2, NODE: 1, SYS: 1, SOC: 1 }[link] ?? 0;
}

/** The matrix of `nvidia-smi topo -m`, nearer darker. */
export function TopologyMatrix({ facts: { devices, links } }: { facts: GpuTopologyFacts }) {
  const { t } = useWords();
  if (devices.length === 0) return <p className="dim">{t('nodeScreen.topology.none')}</p>;
  const hasAffinity = devices.some((device) => device.cpuAffinity !== null || device.numaAffinity !== null);
  const hasGpuNuma = devices.some((device) => device.gpuNumaId !== null);
  const has = (link: string) => links.some((row) => row.includes(link));
  const nics = devices.filter((device) => device.rdmaDevice !== null);
  const legend = [
    ['NV#', t('nodeScreen.topology.nv')],
    ['PIX', t('nodeScreen.topology.pix')],
    ['PXB', t('nodeScreen.topology.pxb')],
    ['PHB', t('nodeScreen.topology.phb')],
    ['NODE', t('nodeScreen.topology.node')],
    ['SYS', t('nodeScreen.topology.sys')],
    // Words of older drivers, and of boards with a switch of their own.
    ...(has('SOC') ? [['SOC', t('nodeScreen.topology.sys')] as const] : []),
    ...(has('PSB') ? [['PSB', t('topology.psb')] as const] : []),
  ] as const;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={classes.matrixScroller} aria-label={t('nodeScreen.topology.table')} tabIndex={0}>
        <table className={classes.matrix}>
          <thead>
            <tr>
              <td />
              {devices.map((device) => (
                <th key={device.label} scope="col">
                  {device.label}
                </th>
              ))}
              {hasAffinity && (
                <>
                  <th scope="col">{t('nodeScreen.topology.affinity')}</th>
                  <th scope="col">{t('nodeScreen.topology.numa')}</th>
                </>
              )}
              {hasGpuNuma && <th scope="col">{t('topology.gpuNuma')}</th>}
            </tr>
          </thead>
          <tbody>
            {devices.map((device, row) => (
              <tr key={device.label}>
                <th scope="row">{device.label}</th>
                {devices.map((other, column) => {
                  const link = links[row]?.[column] ?? null;
                  const isSelf = row === column;
                  return (
                    <td key={other.label} data-near={link && !isSelf ? nearness(link) : 0}>
                      {isSelf ? (
                        <span title={t('nodeScreen.topology.self')}>·</span>
                      ) : (
                        <Value value={link} path={`links.${row}.${column}`} />
                      )}
                    </td>
                  );
                })}
                {hasAffinity && (
                  <>
                    <td>
                      <Value value={device.cpuAffinity} path={`devices.${row}.cpuAffinity`} />
                    </td>
                    <td>
                      <Value value={device.numaAffinity} path={`devices.${row}.numaAffinity`} />
                    </td>
                  </>
                )}
                {hasGpuNuma && (
                  <td>
                    <Value value={device.gpuNumaId} path={`devices.${row}.gpuNumaId`} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div className={classes.legend} role="note" aria-label={t('nodeScreen.topology.legend')}>
        {legend.map(([code, words]) => (
          <span key={code}>
            <code>{code}</code> <span className="dim">{words}</span>
          </span>
        ))}
      </div>
      {nics.length > 0 && (
        <div className={classes.nics}>
          {nics.map(({ label, rdmaDevice }) => (
            <span key={label} className="dim">
              {t('nodeScreen.topology.rdma', { label, device: rdmaDevice ?? '' })}
            </span>
          ))}
        </div>
      )}
    </>
  );
}
