import type { MemoryFacts, NumaFacts, OsFacts } from '#shared/domain/facts/system';
import { useWords } from '../../app/i18n';
import { FactTable } from '../../components/fact-table';
import { useFormat } from '../../components/format';
import { KeyValueTable } from '../../components/key-value-table';
import { Meter } from '../../components/meter';
import { Value } from '../../components/value';
import classes from './node.module.css';
import { ProbeSection } from './probe-section';

export function SystemTab() {
  const { t } = useWords();
  return (
    <div className={classes.columns}>
      <div className={classes.column}>
        <ProbeSection probeId="os" title={t('nodeScreen.system.title')}>
          {(facts) => <OperatingSystem facts={facts} />}
        </ProbeSection>
        <ProbeSection probeId="numa" title={t('nodeScreen.numa.title')}>
          {(facts) => <Numa facts={facts} />}
        </ProbeSection>
      </div>
      <div className={classes.column}>
        <ProbeSection probeId="cpu" title={t('nodeScreen.cpu.title')}>
          {(facts) => (
            <KeyValueTable
              rows={[
                { label: t('nodeScreen.cpu.model'), value: <Value value={facts.model} path="model" /> },
                { label: t('nodeScreen.cpu.vendor'), value: <Value value={facts.vendor} path="vendor" /> },
                {
                  label: t('nodeScreen.cpu.sockets'),
                  value: <Value value={facts.sockets} unit="count" path="sockets" />,
                },
                {
                  label: t('nodeScreen.cpu.cores'),
                  value: <Value value={facts.coresPerSocket} unit="count" path="coresPerSocket" />,
                },
                {
                  label: t('nodeScreen.cpu.threads'),
                  value: <Value value={facts.threadsPerCore} unit="count" path="threadsPerCore" />,
                },
                {
                  label: t('nodeScreen.cpu.logical'),
                  value: <Value value={facts.logicalCpus} unit="count" path="logicalCpus" />,
                },
                { label: t('nodeScreen.cpu.online'), value: <Value value={facts.onlineCpus} path="onlineCpus" /> },
                {
                  label: t('nodeScreen.cpu.maxClock'),
                  value: <Value value={facts.maxMHz} unit="megahertz" path="maxMHz" />,
                },
                {
                  label: t('nodeScreen.cpu.virtualization'),
                  value: <Value value={facts.virtualization} path="virtualization" />,
                },
              ]}
            />
          )}
        </ProbeSection>
        <ProbeSection probeId="memory" title={t('nodeScreen.memory.title')}>
          {(facts) => <Memory facts={facts} />}
        </ProbeSection>
      </div>
    </div>
  );
}

function OperatingSystem({ facts }: { facts: OsFacts }) {
  const { t } = useWords();
  const format = useFormat();
  const machine = [facts.vendor, facts.product].filter(Boolean).join(' ') || null;
  return (
    <KeyValueTable
      rows={[
        { label: t('nodeScreen.system.hostname'), value: <Value value={facts.hostname} path="hostname" /> },
        { label: t('nodeScreen.system.os'), value: <Value value={facts.prettyName} path="prettyName" /> },
        { label: t('nodeScreen.system.kernel'), value: <Value value={facts.kernelRelease} path="kernelRelease" /> },
        { label: t('nodeScreen.system.architecture'), value: <Value value={facts.architecture} path="architecture" /> },
        {
          label: t('nodeScreen.system.uptime'),
          value: <Value value={facts.uptimeSeconds} unit="seconds" path="uptimeSeconds" />,
        },
        {
          label: t('nodeScreen.system.load'),
          value: (
            <Value
              value={
                facts.loadAverages.length > 0
                  ? facts.loadAverages.map((load) => format.number(load, 2)).join('  ')
                  : null
              }
              path="loadAverages"
            />
          ),
        },
        {
          label: t('nodeScreen.system.clockOffset'),
          value: (
            <Value value={facts.clockOffsetMs} path="clockOffsetMs">
              {signed(facts.clockOffsetMs, format.duration)}
            </Value>
          ),
        },
        {
          label: t('nodeScreen.system.virtualization'),
          value: (
            <Value
              value={facts.virtualization === 'none' ? t('nodeScreen.system.notVirtual') : facts.virtualization}
              path="virtualization"
            />
          ),
        },
        { label: t('nodeScreen.system.machine'), value: <Value value={machine} path="product" /> },
        { label: t('nodeScreen.system.bios'), value: <Value value={facts.biosVersion} path="biosVersion" /> },
        { label: t('nodeScreen.system.bootId'), value: <Value value={facts.bootId} path="bootId" isMono /> },
        {
          label: t('nodeScreen.system.commandLine'),
          value: <Value value={facts.kernelCommandLine} path="kernelCommandLine" isMono isClamped />,
        },
      ]}
    />
  );
}

function signed(ms: number | null, duration: (ms: number) => string): string | undefined {
  if (ms === null) return undefined;
  return `${ms < 0 ? '−' : '+'}${duration(Math.abs(ms))}`;
}

function Memory({ facts }: { facts: MemoryFacts }) {
  const { t } = useWords();
  const format = useFormat();
  const { totalBytes, availableBytes } = facts;
  const used = totalBytes !== null && availableBytes !== null ? totalBytes - availableBytes : null;
  const rows = [
    ['total', totalBytes, 'totalBytes'],
    ['available', availableBytes, 'availableBytes'],
    ['free', facts.freeBytes, 'freeBytes'],
    ['cached', facts.cachedBytes, 'cachedBytes'],
    ['shared', facts.sharedBytes, 'sharedBytes'],
    ['swap', facts.swapTotalBytes, 'swapTotalBytes'],
    ['swapFree', facts.swapFreeBytes, 'swapFreeBytes'],
  ] as const;
  return (
    <KeyValueTable
      rows={[
        ...rows.map(([name, value, path]) => ({
          label: t(`nodeScreen.memory.${name}`),
          value: (
            <>
              <Value value={value} unit="bytes" path={path} />{' '}
              {name === 'available' && used !== null && totalBytes !== null && (
                <Meter
                  value={used}
                  max={totalBytes}
                  warnFrom={0.9}
                  badFrom={0.97}
                  label={t('nodeScreen.memory.used', { used: format.bytes(used), total: format.bytes(totalBytes) })}
                />
              )}
            </>
          ),
        })),
        {
          label: t('nodeScreen.memory.hugePages'),
          value: <Value value={facts.hugePagesTotal} unit="count" path="hugePagesTotal" />,
        },
        {
          label: t('nodeScreen.memory.hugePagesFree'),
          value: <Value value={facts.hugePagesFree} unit="count" path="hugePagesFree" />,
        },
        {
          label: t('nodeScreen.memory.hugePageSize'),
          value: <Value value={facts.hugePageSizeBytes} unit="bytes" path="hugePageSizeBytes" />,
        },
      ]}
    />
  );
}

function Numa({ facts }: { facts: NumaFacts }) {
  const { t } = useWords();
  return (
    <FactTable
      label={t('nodeScreen.numa.title')}
      rows={facts.nodes}
      rowKey={(node) => node.id}
      empty={t('nodeScreen.numa.none')}
      columns={[
        {
          id: 'node',
          header: t('nodeScreen.numa.node'),
          cell: (node, index) => <Value value={node.id} unit="count" path={`nodes.${index}.id`} />,
        },
        {
          id: 'cpus',
          header: t('nodeScreen.numa.cpus'),
          isWide: true,
          cell: (node, index) => <Value value={node.cpus} path={`nodes.${index}.cpus`} />,
        },
        {
          id: 'memory',
          header: t('nodeScreen.numa.memory'),
          isNumeric: true,
          cell: (node, index) => (
            <Value value={node.memoryTotalBytes} unit="bytes" path={`nodes.${index}.memoryTotalBytes`} />
          ),
        },
        {
          id: 'free',
          header: t('nodeScreen.numa.free'),
          isNumeric: true,
          cell: (node, index) => (
            <Value value={node.memoryFreeBytes} unit="bytes" path={`nodes.${index}.memoryFreeBytes`} />
          ),
        },
        {
          id: 'distances',
          header: t('nodeScreen.numa.distances'),
          cell: (node, index) => <Value value={node.distances.join(' ')} path={`nodes.${index}.distances`} />,
        },
      ]}
    />
  );
}
