import type { ClusterFacts } from '#shared/domain/facts/software';
import { useWords } from '../../../app/i18n';
import { KeyValueTable } from '../../../components/key-value-table';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import { SubHead } from './sub-head';

export function ClusterFactsView({ facts: { slurm, kubernetes } }: { facts: ClusterFacts }) {
  const { t } = useWords();
  if (slurm === null && kubernetes === null) return <p className="dim">{t('software.notMember')}</p>;
  return (
    <>
      {slurm && <Slurm slurm={slurm} />}
      {kubernetes && (
        <>
          <SubHead>{t('software.kubernetes')}</SubHead>
          <KeyValueTable
            rows={[
              {
                label: t('software.version'),
                value: (
                  <Value
                    value={t('software.kubelet', {
                      distribution: kubernetes.distribution,
                      version: kubernetes.version ?? '',
                    })}
                    path="kubernetes.version"
                  />
                ),
              },
              {
                label: t('software.clusterDomain'),
                value: <Value value={kubernetes.clusterDomain} path="kubernetes.clusterDomain" />,
              },
              {
                label: t('software.cgroupDriver'),
                value: <Value value={kubernetes.cgroupDriver} path="kubernetes.cgroupDriver" />,
              },
            ]}
          />
        </>
      )}
    </>
  );
}

/** Slurm's words, in the order in which they weigh. */
function toneOf(state: string): Tone {
  if (/down|fail|error|not_responding/.test(state)) return 'bad';
  if (/drain|maint|reboot|unknown|planned/.test(state)) return 'warn';
  return /idle|alloc|mixed|completing/.test(state) ? 'ok' : 'unknown';
}

function Slurm({ slurm }: { slurm: NonNullable<ClusterFacts['slurm']> }) {
  const { t } = useWords();
  const version = slurm.slurmdVersion ?? slurm.nodes[0]?.version ?? null;
  return (
    <>
      <SubHead>{t('software.slurm')}</SubHead>
      {slurm.nodes.length === 0 && (
        <KeyValueTable
          rows={[{ label: t('software.version'), value: <Value value={version} path="slurm.slurmdVersion" /> }]}
        />
      )}
      {slurm.nodes.map((node, index) => {
        const path = `slurm.nodes.${index}`;
        const cpus =
          node.cpus === null
            ? null
            : t('software.allocated', { allocated: node.allocatedCpus ?? '—', total: node.cpus });
        return (
          <KeyValueTable
            key={node.name}
            rows={[
              {
                label: node.name,
                value: (
                  <Value value={node.state} path={`${path}.state`}>
                    <StateBadge tone={toneOf(node.state)} variant="plain">
                      {node.state}
                    </StateBadge>
                  </Value>
                ),
              },
              ...(node.reason === null
                ? []
                : [{ label: t('software.reason'), value: <Value value={node.reason} path={`${path}.reason`} /> }]),
              {
                label: t('software.version'),
                value: <Value value={version && t('software.slurmd', { version })} path="slurm.slurmdVersion" />,
              },
              {
                label: t('software.partitions'),
                value: <Value value={node.partitions.join(', ')} path={`${path}.partitions`} />,
              },
              { label: t('software.cpus'), value: <Value value={cpus} path={`${path}.cpus`} /> },
              { label: t('software.gres'), value: <Value value={node.gres} path={`${path}.gres`} /> },
              {
                label: t('software.allocatedGres'),
                value: <Value value={node.allocatedGres} path={`${path}.allocatedGres`} />,
              },
            ]}
          />
        );
      })}
    </>
  );
}
