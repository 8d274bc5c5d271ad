import { nextKernel } from '#shared/domain/compatibility/judge-kernel';
import type { PendingChangesFacts } from '#shared/domain/facts/software';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { KeyValueTable } from '../../../components/key-value-table';
import { StateBadge } from '../../../components/state-badge';
import { Value, ValueSourceProvider } from '../../../components/value';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';
import { useShown } from './use-shown';

/** What a restart waits for, what is held and what could be upgraded. */
export function PendingChanges({ facts }: { facts: PendingChangesFacts }) {
  const { t } = useWords();
  const { results, infos } = useResults();
  const { upgradable, upgradableCount, isRebootRequired } = facts;
  const { isShown, button } = useShown(upgradable?.length ?? 0);
  const packages = results.get('packages');
  const next = nextKernel(facts);
  const held = factsOf('packages', packages)?.held;
  const kernels = facts.installedKernels.map(({ release, hasNvidiaModule }) =>
    hasNvidiaModule === null
      ? release
      : t(hasNvidiaModule ? 'software.kernelWithModule' : 'software.kernelWithoutModule', { release }),
  );
  return (
    <>
      <KeyValueTable
        rows={[
          {
            label: t('software.rebootRequired'),
            value: (
              <>
                <Value value={isRebootRequired} unit="flag" path="isRebootRequired">
                  {isRebootRequired ? (
                    <StateBadge tone="warn" variant="plain">
                      {t('shell.value.yes')}
                    </StateBadge>
                  ) : undefined}
                </Value>
                {isRebootRequired === null && <span className="dim"> {t('software.rebootUnknown')}</span>}
              </>
            ),
          },
          ...(facts.rebootPackages.length > 0
            ? [
                {
                  label: t('software.rebootPackages'),
                  value: <Value value={facts.rebootPackages.join(', ')} path="rebootPackages" isClamped />,
                },
              ]
            : []),
          {
            label: t('software.runningKernel'),
            value: (
              <>
                <Value value={facts.runningKernel} path="runningKernel" />
                {next && <span className="dim"> {t('software.nextKernel', { release: next.release })}</span>}
              </>
            ),
          },
          {
            label: t('software.kernels'),
            value: <Value value={kernels.join(', ')} path="installedKernels" isClamped />,
          },
          {
            label: t('software.held'),
            value: (
              <ValueSourceProvider value={packages ? { result: packages, info: infos.get('packages') } : null}>
                <Value value={held && (held.join(', ') || t('software.noneFailed'))} path="held" isClamped />
              </ValueSourceProvider>
            ),
          },
          {
            label: t('software.upgradable'),
            value: (
              <>
                <Value value={upgradableCount} path="upgradableCount" />
                {upgradable && upgradable.length > 0 && <> {button}</>}
              </>
            ),
          },
        ]}
      />
      {isShown && upgradable && (
        <FactTable
          label={t('software.upgradable')}
          rows={upgradable}
          rowKey={({ name }) => name}
          empty=""
          columns={[
            {
              id: 'name',
              header: t('software.package'),
              isWide: true,
              cell: ({ name }, index) => <Value value={name} path={`upgradable.${index}.name`} />,
            },
            {
              id: 'from',
              header: t('software.installed'),
              cell: ({ from }, index) => <Value value={from} path={`upgradable.${index}.from`} />,
            },
            {
              id: 'to',
              header: t('software.available'),
              cell: ({ to }, index) => <Value value={to} path={`upgradable.${index}.to`} />,
            },
          ]}
        />
      )}
    </>
  );
}
