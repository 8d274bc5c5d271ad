import { useMemo } from 'react';
import { tiersOf } from '#shared/domain/storage-tiers';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { StateBadge } from '../../../components/state-badge';
import { StaleBadge } from '../../../components/state-view';
import { Value } from '../../../components/value';
import { useHost, useSummary } from '../../../stores/fleet-store';
import classes from '../node.module.css';
import { useResults } from '../probe-section';
import { useStorageView } from '../storage/use-storage-view';
import { Known, Line, NotYet } from './glance-line';
import { GpuLine } from './gpu-line';
import own from './overview.module.css';

/** What the node is, one line for each area; each value opens what it was read from. */
export function AtAGlance() {
  const { t } = useWords();
  const format = useFormat();
  const { hostId } = useResults();
  const isBundle = useHost(hostId)?.spec.kind === 'bundle';
  const atMs = useSummary(hostId)?.observedAtMs ?? null;
  return (
    <section className={classes.section} aria-label={t('nodeScreen.overview.glance')}>
      <div className={classes.sectionHead}>
        <h2>{t('nodeScreen.overview.glance')}</h2>
        {atMs !== null && !isBundle && <StaleBadge atMs={atMs} />}
      </div>
      <dl className={own.glance}>
        <Line section="system" label={t('systemTab.machine.title')}>
          <Known probeId="machine">
            {({ system }) => (
              <>
                <Value
                  value={[system.manufacturer, system.product].filter(Boolean).join(' ') || null}
                  path="system.product"
                />
                {system.serial && (
                  <span className="dim">
                    {t('nodeScreen.overview.serial')} <Value value={system.serial} path="system.serial" />
                  </span>
                )}
              </>
            )}
          </Known>
        </Line>
        <GpuLine />
        <Line section="system" label={t('nodeScreen.cpu.title')}>
          <Known probeId="cpu">
            {({ model, sockets, logicalCpus }) => (
              <>
                <Value value={model} path="model">
                  {sockets === null ? model : `${sockets} × ${model ?? '—'}`}
                </Value>
                {logicalCpus !== null && (
                  <span className="dim">{t('nodeScreen.overview.cpus', { count: logicalCpus })}</span>
                )}
              </>
            )}
          </Known>
        </Line>
        <Line section="system" label={t('nodeScreen.memory.title')}>
          <Known probeId="memory">
            {({ totalBytes, availableBytes }) => (
              <>
                <Value value={totalBytes} unit="bytes" path="totalBytes" />
                {availableBytes !== null && (
                  <span className="dim">
                    {t('nodeScreen.overview.available', { size: format.bytes(availableBytes) })}
                  </span>
                )}
              </>
            )}
          </Known>
        </Line>
        <Line section="system" label={t('nodeScreen.system.os')}>
          <Known probeId="os">
            {({ prettyName, kernelRelease, uptimeSeconds }) => (
              <>
                <Value value={prettyName} path="prettyName" />
                <Value value={kernelRelease} path="kernelRelease" isMono />
                {uptimeSeconds !== null && (
                  <span className="dim">
                    {t('nodeScreen.overview.up', { time: format.duration(uptimeSeconds * 1000) })}
                  </span>
                )}
              </>
            )}
          </Known>
        </Line>
        <Line section="software" label={t('nodeScreen.tab.software')}>
          <Known probeId="pending-changes">
            {({ isRebootRequired, upgradableCount }) => (
              <>
                {isRebootRequired === null && <span className="dim">{t('nodeScreen.overview.rebootUnknown')}</span>}
                <Value value={isRebootRequired} path="isRebootRequired">
                  {isRebootRequired ? (
                    <StateBadge tone="warn" variant="plain">
                      {t('nodeScreen.overview.reboot')}
                    </StateBadge>
                  ) : (
                    t('nodeScreen.overview.noReboot')
                  )}
                </Value>
                {upgradableCount !== null && (
                  <span className="dim">{t('nodeScreen.overview.upgradable', { count: upgradableCount })}</span>
                )}
              </>
            )}
          </Known>
        </Line>
        <Line section="storage" label={t('nodeScreen.tab.storage')}>
          <Tiers />
        </Line>
        <Line section="network" label={t('nodeScreen.tab.network')}>
          <Known probeId="network">
            {({ interfaces }) => {
              const up = interfaces.filter(({ operationalState }) => operationalState?.toUpperCase() === 'UP');
              return (
                <Value value={up.length} path="interfaces">
                  {t('nodeScreen.overview.interfaces', { count: up.length, total: interfaces.length })}
                </Value>
              );
            }}
          </Known>
          <Known probeId="rdma">
            {({ devices }) => {
              const ports = devices.flatMap((device) => device.ports);
              const active = ports.filter(({ state }) => state === 'ACTIVE').length;
              if (ports.length === 0) return null;
              return (
                <Value value={active} path="devices">
                  {t('nodeScreen.overview.ports', { count: active, total: ports.length })}
                </Value>
              );
            }}
          </Known>
        </Line>
        <Line section="power" label={t('nodeScreen.tab.power')}>
          <Known probeId="bmc">
            {({ power }) => (
              <Value value={power?.nowW} unit="watts" path="power.nowW">
                {power?.nowW != null && t('nodeScreen.overview.draw', { watts: format.number(power.nowW, 0) })}
              </Value>
            )}
          </Known>
        </Line>
      </dl>
    </section>
  );
}

function Tiers() {
  const { t } = useWords();
  const { facts, states, isAsked } = useStorageView();
  const tiers = useMemo(() => tiersOf(facts, states), [facts, states]);
  if (!isAsked) return <NotYet />;
  return tiers.map(({ id, state }) => (
    <StateBadge key={id} variant="plain" tone={state === 'present' ? 'ok' : state === 'unknown' ? 'unknown' : 'warn'}>
      {t('nodeScreen.overview.tier', { name: t(`storage.tier.${id}`), state: t(`storage.tierState.${state}`) })}
    </StateBadge>
  ));
}
