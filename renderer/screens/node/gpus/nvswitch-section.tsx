import type { FactsOf } from '#shared/domain/facts/index';
import { useWords } from '../../../app/i18n';
import { KeyValueTable } from '../../../components/key-value-table';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import { factsOf } from '../node-results';
import { ProbeSection, useResults } from '../probe-section';

/** NVSwitches of the node, and whether Fabric Manager runs in the version of the driver. Nothing on a node without. */
export function NvswitchSection() {
  const { t } = useWords();
  const { results } = useResults();
  const services = factsOf('services', results.get('services'));
  const switches = nvswitchesOf(factsOf('gpu-devices', results.get('gpu-devices')));
  const isInstalled = services?.services.some(({ name }) => isFabricManager(name)) ?? false;
  if (switches === 0 && !isInstalled) return null;
  return (
    <ProbeSection probeId="services" title={t('gpuTab.nvswitch.title')}>
      {(facts) => <Fabric facts={facts} switches={switches} />}
    </ProbeSection>
  );
}

const isFabricManager = (name: string) => /^nvidia-fabricmanager/.test(name);

function nvswitchesOf(facts: FactsOf<'gpu-devices'> | null): number {
  return facts?.devices.filter(({ kind }) => kind === 'nvswitch').length ?? 0;
}

function Fabric({ facts, switches }: { facts: FactsOf<'services'>; switches: number }) {
  const { t } = useWords();
  const { results } = useResults();
  const driver =
    factsOf('gpu-driver', results.get('gpu-driver'))?.kernelModuleVersion ??
    factsOf('gpu', results.get('gpu'))?.driverVersion ??
    null;
  const version = facts.fabricManagerVersion;
  const at = facts.services.findIndex(({ name }) => isFabricManager(name));
  const service = facts.services[at];
  const imexAt = facts.services.findIndex(({ name }) => /^nvidia-imex/.test(name));
  const imex = facts.services[imexAt];
  return (
    <KeyValueTable
      columns={2}
      rows={[
        { label: t('gpuTab.nvswitch.count'), value: switches },
        {
          label: t('gpuTab.nvswitch.state'),
          value: service ? (
            <StateBadge variant="plain" tone={service.activeState === 'active' ? 'ok' : 'bad'}>
              {`${service.activeState} (${service.subState})`}
            </StateBadge>
          ) : (
            <StateBadge variant="plain" tone="bad">
              {t('gpuTab.nvswitch.notInstalled')}
            </StateBadge>
          ),
        },
        {
          label: t('gpuTab.nvswitch.restarts'),
          value: <Value value={service?.restarts ?? null} unit="count" path={`services.${at}.restarts`} />,
        },
        { label: t('gpuTab.nvswitch.version'), value: <Value value={version} path="fabricManagerVersion" /> },
        {
          label: t('gpuTab.nvswitch.driver'),
          value: (
            <>
              {driver ?? '—'}{' '}
              {version !== null && driver !== null && (
                <StateBadge variant="plain" tone={version === driver ? 'ok' : 'bad'}>
                  {t(version === driver ? 'gpuTab.nvswitch.matches' : 'gpuTab.nvswitch.differs')}
                </StateBadge>
              )}
            </>
          ),
        },
        ...(imex
          ? [
              {
                label: t('gpuTab.nvswitch.imex'),
                value: <Value value={imex.activeState} path={`services.${imexAt}.activeState`} />,
              },
            ]
          : []),
      ]}
    />
  );
}
