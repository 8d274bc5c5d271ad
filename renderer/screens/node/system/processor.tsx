import type { CpuFacts } from '#shared/domain/facts/system';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { KeyValueTable } from '../../../components/key-value-table';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';

export function Processor({ facts }: { facts: CpuFacts }) {
  const { t } = useWords();
  const format = useFormat();
  const megahertz = (value: number | null) => (value === null ? '—' : format.number(value, 0));
  const { clock } = facts;
  return (
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
          label: t('systemTab.cpu.smt'),
          value: <Value value={facts.isSmtActive} unit="switch" path="isSmtActive" />,
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
          label: t('systemTab.cpu.clock'),
          value: (
            <Value value={clock && `${clock.lowestMHz}`} path="clock">
              {clock && `${megahertz(clock.lowestMHz)} – ${megahertz(clock.highestMHz)}\u00a0MHz`}
            </Value>
          ),
        },
        ...(facts.scaling.length === 0
          ? [
              {
                label: t('systemTab.cpu.governor'),
                value: <Value value={t('systemTab.cpu.noScaling')} path="scaling" />,
              },
            ]
          : facts.scaling.map((one, index) => ({
              key: `scaling-${index}`,
              label: t('systemTab.cpu.governor'),
              value: (
                <Value value={one.governor} path={`scaling.${index}.governor`}>
                  {t('systemTab.cpu.scaling', {
                    governor: one.governor ?? '—',
                    driver: one.driver ?? '—',
                    lowest: megahertz(one.minMHz),
                    highest: megahertz(one.maxMHz),
                    count: one.policyCount,
                  })}
                </Value>
              ),
            }))),
        { label: t('systemTab.cpu.microcode'), value: <Value value={facts.microcode} path="microcode" isMono /> },
        { label: t('systemTab.cpu.vulnerabilities'), value: <Vulnerabilities facts={facts} /> },
        {
          label: t('nodeScreen.cpu.virtualization'),
          value: <Value value={facts.virtualization} path="virtualization" />,
        },
      ]}
    />
  );
}

function Vulnerabilities({ facts }: { facts: CpuFacts }) {
  const { t } = useWords();
  const { vulnerabilities } = facts;
  const open = vulnerabilities.filter(({ state }) => state === 'vulnerable');
  if (vulnerabilities.length === 0) return <Value value={null} path="vulnerabilities" />;
  return (
    <Value value={open.length} path="vulnerabilities">
      {open.length === 0 ? (
        t('systemTab.cpu.allMitigated', { count: vulnerabilities.length })
      ) : (
        <StateBadge variant="plain" tone="warn">
          {t('systemTab.cpu.vulnerable', { names: open.map(({ name }) => name).join(', ') })}
        </StateBadge>
      )}
    </Value>
  );
}
