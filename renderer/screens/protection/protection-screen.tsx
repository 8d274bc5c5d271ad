import { Button } from '@mantine/core';
import { IconArrowBackUp, IconEye, IconShieldHalf, IconShieldOff, IconShieldPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { ProtectionStatus } from '#shared/domain/protection/protection';
import { useCommands } from '../../app/commands';
import { useWords } from '../../app/i18n';
import { notify } from '../../components/notify';
import { notifyError } from '../../components/notify-error';
import { StateBadge } from '../../components/state-badge';
import { StatePanel } from '../../components/state-panel';
import { LoadingLines } from '../../components/state-view';
import { Toolbar } from '../../components/toolbar';
import { engine } from '../../rpc/client';
import { useFleet } from '../../stores/fleet-store';
import { useProtection } from '../../stores/protection-store';
import { useIsReplaying } from '../../stores/replay-store';
import { ArmDialog } from './arm-dialog';
import { ArmedNodes } from './armed-nodes';
import { BreakerPanel } from './breaker-panel';
import { EndedLimits } from './ended-limits';
import { HeldLimits } from './held-limits';
import classes from './protection.module.css';
import { ReasonDialog } from './reason-dialog';
import { ShareDialog } from './share-dialog';
import { StepHistory } from './step-history';

/** The dialog that is open. */
type Open =
  | { kind: 'arm'; hostId: string | null }
  | { kind: 'disarm'; hostId: string }
  | { kind: 'breaker' | 'share' }
  | null;

/** Where Gantry may lower power limits of hot GPUs by itself, what it does now, and what it did. */
export function ProtectionScreen() {
  const { t } = useWords();
  const status = useProtection((state) => state.status);
  return status ? (
    <Protection status={status} />
  ) : (
    <>
      <Toolbar title={t('shell.nav.protection')} />
      <LoadingLines lines={8} />
    </>
  );
}

function Protection({ status }: { status: ProtectionStatus }) {
  const words = useWords();
  const { t } = words;
  const [open, setOpen] = useState<Open>(null);
  const [isRestoring, setRestoring] = useState(false);
  const isReplaying = useIsReplaying();
  const hosts = useFleet((state) => state.hosts);
  const { nodes, held, ended, breaker } = status;
  const arm = (hostId: string | null) => setOpen({ kind: 'arm', hostId });
  const restore = async (hostId?: string) => {
    setRestoring(true);
    try {
      const { restored } = await engine.protection.restore(hostId === undefined ? {} : { hostId });
      notify({ message: t('protection.restored', { count: restored }) }, words);
    } catch (error) {
      notifyError(error, words);
    }
    setRestoring(false);
  };
  useCommands([
    {
      id: 'protection.arm',
      label: t('protectionScreen.arm'),
      group: t('shell.palette.thisScreen'),
      run: () => arm(null),
    },
  ]);
  const off = [...(hosts?.values() ?? [])].filter(
    ({ spec }) => spec.kind !== 'bundle' && !nodes.some(({ hostId }) => hostId === spec.id),
  ).length;

  return (
    <>
      <Toolbar title={t('shell.nav.protection')} info={<Summary status={status} />}>
        {held.length > 0 && (
          <Button
            variant="default"
            leftSection={<IconArrowBackUp size={14} aria-hidden />}
            loading={isRestoring}
            disabled={isReplaying}
            title={isReplaying ? t('replay.noActions') : undefined}
            onClick={() => void restore()}
          >
            {t('protectionScreen.restoreAll')}
          </Button>
        )}
        <Button leftSection={<IconShieldPlus size={14} aria-hidden />} onClick={() => arm(null)}>
          {t('protectionScreen.arm')}
        </Button>
      </Toolbar>
      <div className={classes.panel}>
        <p className={classes.explain}>{t('protectionScreen.explain')}</p>
        {!status.isCarriedOut && <StatePanel variant="inline" tone="warn" title={t('protectionScreen.notHere')} />}
        <BreakerPanel
          breaker={breaker}
          onReset={() => setOpen({ kind: 'breaker' })}
          onChange={() => setOpen({ kind: 'share' })}
        />
        {held.length > 0 && (
          <section className={classes.group}>
            <h2>{t('protectionScreen.heldTitle')}</h2>
            <HeldLimits
              held={held}
              isRestoring={isRestoring || isReplaying}
              onRestore={(hostId) => void restore(hostId)}
            />
          </section>
        )}
        <section className={classes.group}>
          <h2>{t('protectionScreen.nodesTitle')}</h2>
          {nodes.length === 0 ? (
            <StatePanel
              variant="inline"
              icon={IconShieldOff}
              title={t('protectionScreen.offEverywhere')}
              detail={t('protectionScreen.offEverywhereDetail')}
            />
          ) : (
            <>
              <ArmedNodes
                nodes={nodes}
                held={held}
                onChange={arm}
                onDisarm={(hostId) => setOpen({ kind: 'disarm', hostId })}
              />
              {off > 0 && <p className="dim">{t('protectionScreen.offElsewhere', { count: off })}</p>}
            </>
          )}
        </section>
        {ended.length > 0 && (
          <section className={classes.group}>
            <h2>{t('protectionScreen.endedTitle')}</h2>
            <EndedLimits ended={ended} />
          </section>
        )}
        <section className={classes.group}>
          <h2>{t('protectionScreen.historyTitle')}</h2>
          <StepHistory />
        </section>
      </div>
      {open?.kind === 'arm' && <ArmDialog hostId={open.hostId} nodes={nodes} onClose={() => setOpen(null)} />}
      {open?.kind === 'disarm' && (
        <ReasonDialog
          title={t('protectionScreen.disarm')}
          detail={t('protectionScreen.disarmDetail')}
          confirmLabel={t('protectionScreen.disarm')}
          send={(signal, reason) => engine.protection.disarm({ hostId: open.hostId, reason }, { signal })}
          onClose={() => setOpen(null)}
        />
      )}
      {open?.kind === 'share' && <ShareDialog breaker={breaker} onClose={() => setOpen(null)} />}
      {open?.kind === 'breaker' && (
        <ReasonDialog
          title={t('protectionScreen.breaker.reset')}
          detail={t('protectionScreen.breaker.resetDetail')}
          confirmLabel={t('protectionScreen.breaker.reset')}
          send={(signal, reason) => engine.protection.setBreaker({ isReset: true, reason }, { signal })}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

/** Off is plainly off; what acts says so. */
function Summary({ status: { nodes, held } }: { status: ProtectionStatus }) {
  const { t } = useWords();
  const armed = nodes.filter(({ mode }) => mode === 'armed').length;
  return (
    <span className={classes.badges}>
      {held.length > 0 && <StateBadge tone="warn">{t('protectionScreen.acting', { count: held.length })}</StateBadge>}
      {armed > 0 && (
        <StateBadge tone="info" icon={IconShieldHalf}>
          {t('protectionScreen.armedOn', { count: armed })}
        </StateBadge>
      )}
      {armed < nodes.length && (
        <StateBadge tone="unknown" icon={IconEye}>
          {t('protectionScreen.dryOn', { count: nodes.length - armed })}
        </StateBadge>
      )}
      {nodes.length === 0 && (
        <StateBadge tone="unknown" icon={IconShieldOff}>
          {t('protectionScreen.off')}
        </StateBadge>
      )}
    </span>
  );
}
