import type { OsFacts } from '#shared/domain/facts/system';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { KeyValueTable } from '../../../components/key-value-table';
import { Value } from '../../../components/value';

export function OperatingSystem({ facts }: { facts: OsFacts }) {
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
