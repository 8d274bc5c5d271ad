import { Button, Checkbox, Modal, SegmentedControl, Select } from '@mantine/core';
import { useState } from 'react';
import { usedLevers } from '#shared/domain/protection/lever';
import { type ProtectionPolicy, policyBounds } from '#shared/domain/protection/policy';
import type { ArmedNode, ProtectionMode } from '#shared/domain/protection/protection';
import { useWords } from '../../app/i18n';
import { ErrorView } from '../../components/error-view';
import { StatePanel } from '../../components/state-panel';
import { useReturnFocus } from '../../components/use-return-focus';
import { engine } from '../../rpc/client';
import { useCall } from '../../rpc/use-call';
import { useQuery } from '../../rpc/use-query';
import { useFleet } from '../../stores/fleet-store';
import { useIsReplaying } from '../../stores/replay-store';
import { ArmPlan } from './arm-plan';
import { PolicyNumbers } from './policy-numbers';
import classes from './protection.module.css';
import { ReasonField } from './reason-field';

interface ArmDialogProps {
  /** Null lets a person choose. */
  hostId: string | null;
  nodes: readonly ArmedNode[];
  onClose: () => void;
}

const usual = {
  ...Object.fromEntries(Object.entries(policyBounds).map(([name, bounds]) => [name, bounds.usual])),
  mayCapClocks: false,
} as ProtectionPolicy;

/** Lets Gantry act on a node, or only say what it would do: which node, from what on, why, and what that means there. */
export function ArmDialog({ hostId: given, nodes, onClose }: ArmDialogProps) {
  const { t } = useWords();
  useReturnFocus(true);
  const hosts = useFleet((state) => state.hosts);
  const [hostId, setHostId] = useState(given);
  const before = nodes.find((node) => node.hostId === given);
  const [mode, setMode] = useState<ProtectionMode>(before?.mode ?? 'armed');
  const [policy, setPolicy] = useState<ProtectionPolicy>(before?.policy ?? usual);
  const [reason, setReason] = useState('');
  const scope = useQuery(hostId === null ? null : `protection scope ${hostId}`, (signal) =>
    engine.protection.scope({ hostId: hostId ?? '' }, { signal }),
  );
  const call = useCall(async (signal, id: string, words: string) =>
    engine.protection.arm({ hostId: id, mode, reason: words, policy }, { signal }),
  );
  const used = scope.data ? usedLevers(scope.data.gpus, policy) : [];
  const missesRoot = mode === 'armed' && used.some((lever) => scope.data?.missingLine[lever]);
  const isReplaying = useIsReplaying();
  const canArm =
    !isReplaying && hostId !== null && reason.trim() !== '' && used.length > 0 && !scope.error && !missesRoot;
  const choices = [...(hosts?.values() ?? [])]
    .filter(({ spec }) => spec.kind !== 'bundle')
    .map(({ spec }) => ({ value: spec.id, label: spec.name }));

  return (
    <Modal
      opened
      onClose={onClose}
      size={620}
      title={t('protectionScreen.armTitle')}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <form
        className={classes.form}
        onSubmit={async (event) => {
          event.preventDefault();
          if (canArm && !call.isRunning && (await call.run(hostId, reason.trim()))) onClose();
        }}
      >
        <Select
          data-autofocus={given === null || undefined}
          label={t('protectionScreen.node')}
          placeholder={t('protectionScreen.chooseNode')}
          searchable
          allowDeselect={false}
          disabled={given !== null}
          value={hostId}
          onChange={setHostId}
          data={choices}
        />
        <div>
          <SegmentedControl
            fullWidth
            aria-label={t('protectionScreen.modeLabel')}
            value={mode}
            onChange={(value) => setMode(value === 'armed' ? 'armed' : 'dry-run')}
            data={[
              { value: 'armed', label: t('protectionScreen.mode.armed') },
              { value: 'dry-run', label: t('protectionScreen.mode.dryRun') },
            ]}
          />
          <p className={classes.help}>
            {t(mode === 'armed' ? 'protectionScreen.armedHelp' : 'protectionScreen.dryRunHelp')}
          </p>
        </div>
        <PolicyNumbers policy={policy} onChange={(change) => setPolicy((old) => ({ ...old, ...change }))} />
        {scope.data?.gpus.some(({ lever }) => lever === 'clock-ceiling') && (
          <Checkbox
            label={t('protectionScreen.mayCapClocks')}
            description={t('protectionScreen.mayCapClocksHelp')}
            checked={policy.mayCapClocks}
            onChange={({ currentTarget: { checked } }) => setPolicy((old) => ({ ...old, mayCapClocks: checked }))}
          />
        )}
        {hostId !== null && <ArmPlan scope={scope} policy={policy} mode={mode} />}
        <ReasonField isFirst={given !== null} reason={reason} onChange={setReason} />
        {isReplaying && <StatePanel tone="denied" variant="inline" title={t('replay.noActions')} />}
        {call.error !== null && <ErrorView error={call.error} variant="inline" />}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose}>
            {t('protectionScreen.cancel')}
          </Button>
          <Button type="submit" disabled={!canArm} loading={call.isRunning}>
            {t(mode === 'armed' ? 'protectionScreen.armDo' : 'protectionScreen.dryRunDo')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
