import { Anchor, Button, Checkbox, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { NodeFile } from '#shared/contract/generators';
import type { GeneratedFile, Generator, GeneratorProblem, Values } from '#shared/domain/generators/generator';
import { ActionDialog } from '../../../actions/action-dialog';
import { DiffBox } from '../../../actions/planned-step';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { StateBadge, type Tone } from '../../../components/state-badge';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { openEvidence } from '../../../stores/evidence-store';
import { useHostName } from '../../../stores/fleet-store';
import { useIsReplaying } from '../../../stores/replay-store';
import classes from './generators.module.css';

interface NodeFilePanelProps {
  generator: Generator;
  values: Values;
  file: GeneratedFile;
  hostId: string;
  hasErrors: boolean;
  onTake: (values: Readonly<Record<string, unknown>>, notes: GeneratorProblem[]) => void;
}

const tones: Partial<Record<NodeFile['state'], Tone>> = { same: 'ok', absent: 'info', differs: 'warn' };

/** The file on a node: compared with what the form makes, taken over from there, written there by the action. */
export function NodeFilePanel({ generator, values, file, hostId, hasErrors, onTake }: NodeFilePanelProps) {
  const { t } = useWords();
  const host = useHostName(hostId);
  const isReplaying = useIsReplaying();
  const [path, setPath] = useState(file.path ?? generator.nodePath ?? `~/${file.fileName}`);
  const [isWriting, setWriting] = useState(false);
  const [isActivated, setActivated] = useState(false);
  const compare = useCall(async (signal) => ({
    ...(await engine.generators.diff({ hostId, path, text: file.text }, { signal })),
    comparedText: file.text,
  }));
  // What was said of an earlier text says nothing of this one.
  const found = compare.result?.comparedText === file.text ? compare.result : undefined;
  const isPath = /^(\/|~\/)[^\0]*[^/\0]$/.test(path);
  const before = found?.before ?? null;
  const read = useMemo(() => (before === null ? null : (generator.read?.(before) ?? null)), [generator, before]);
  return (
    <section className={classes.onNode} aria-label={t('generatorScreen.onNode', { host })}>
      <h3 className={classes.label}>{t('generatorScreen.onNode', { host })}</h3>
      <div className={classes.pathLine}>
        <TextInput
          label={t('generatorScreen.path')}
          value={path}
          error={isPath ? undefined : t('generatorScreen.pathProblem')}
          onChange={(event) => {
            setPath(event.currentTarget.value);
            compare.reset();
          }}
        />
        <Button variant="default" disabled={!isPath} loading={compare.isRunning} onClick={() => void compare.run()}>
          {t('generatorScreen.compare')}
        </Button>
        <Button
          disabled={!isPath || hasErrors || isReplaying}
          title={isReplaying ? t('replay.noActions') : hasErrors ? t('generatorScreen.mendFirst') : undefined}
          onClick={() => setWriting(true)}
        >
          {t('generatorScreen.write')}
        </Button>
      </div>
      {file.activation !== undefined && (
        <Checkbox
          size="xs"
          label={t(`generatorScreen.activate.${file.activation}`)}
          checked={isActivated}
          onChange={(event) => setActivated(event.currentTarget.checked)}
        />
      )}
      {Boolean(compare.error) && <ErrorView error={compare.error} variant="inline" />}
      {found && (
        <div className={classes.judged} role="status">
          <StateBadge tone={tones[found.state] ?? 'unknown'}>
            {t(`generatorScreen.nodeState.${found.state}`)}
          </StateBadge>
          <Anchor
            component="button"
            type="button"
            size="xs"
            underline="always"
            onClick={() => openEvidence(found.evidenceId)}
          >
            {t('actionDialog.output')}
          </Anchor>
          {read && found.state === 'differs' && (
            <Button size="compact-xs" variant="default" onClick={() => onTake(read.values, [...read.notes])}>
              {t('generatorScreen.takeFromNode')}
            </Button>
          )}
        </div>
      )}
      {found && found.diff !== '' && <DiffBox diff={found.diff} copyText={file.text} />}
      {isWriting && (
        <ActionDialog
          actionId="generated-file"
          hostId={hostId}
          parameters={{
            generator: generator.id,
            values: JSON.stringify(values),
            file: file.fileName,
            path,
            ...(file.activation !== undefined && isActivated ? { activate: true } : {}),
          }}
          onDidFinish={() => compare.reset()}
          onClose={() => setWriting(false)}
        />
      )}
    </section>
  );
}
