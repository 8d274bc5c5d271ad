import { Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { GeneratedFile, Generator, GeneratorProblem, Values } from '#shared/domain/generators/generator';
import { useWords } from '../../../app/i18n';
import { CopyButton } from '../../../components/copy-button';
import { notify } from '../../../components/notify';
import { notifyError } from '../../../components/notify-error';
import { StateBadge } from '../../../components/state-badge';
import { native } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import classes from './generators.module.css';
import { NodeFilePanel } from './node-file-panel';
import { problemTones } from './problem-list';
import { TextPreview } from './text-preview';

interface FilePanelProps {
  generator: Generator;
  values: Values;
  files: readonly GeneratedFile[];
  problems: readonly GeneratorProblem[];
  hostId: string | null;
  onTake: (values: Readonly<Record<string, unknown>>, notes: GeneratorProblem[]) => void;
}

/** What the form makes: each file to read, to copy, to save, and to write on a node. */
export function FilePanel({ generator, values, files, problems, hostId, onTake }: FilePanelProps) {
  const words = useWords();
  const { t } = words;
  const [chosen, setChosen] = useState<string | null>(null);
  const file = files.find(({ fileName }) => fileName === chosen) ?? files[0];
  const save = useCall(async (_signal, { fileName, text }: GeneratedFile) => {
    try {
      const saved = await native.dialog.saveFile({
        suggestedName: fileName.split('/').at(-1) ?? fileName,
        content: text,
        filters: [],
      });
      if (saved) notify({ message: t('metricsScreen.saved', { path: saved.path }) }, words);
    } catch (error) {
      notifyError(error, words);
    }
  });
  if (!file) return null;
  return (
    <div className={classes.preview}>
      <div className={classes.judged} role="status">
        {problems.length === 0 ? (
          <StateBadge tone="ok">{t('generatorScreen.noProblems')}</StateBadge>
        ) : (
          (['error', 'warn', 'info'] as const).map((severity) => {
            const of = problems.filter((problem) => problem.severity === severity);
            return (
              of.length > 0 && (
                <StateBadge key={severity} tone={problemTones[severity]}>
                  {t(`generatorScreen.count.${severity}`, { count: of.length })}
                </StateBadge>
              )
            );
          })
        )}
        {hostId === null && <span className="dim small">{t('generatorScreen.noNode')}</span>}
      </div>
      {files.length > 1 && (
        <SegmentedControl
          aria-label={t('generatorScreen.files')}
          size="xs"
          data={files.map(({ fileName }) => fileName)}
          value={file.fileName}
          onChange={setChosen}
        />
      )}
      <div className={classes.fileHead}>
        <strong className="ellipsis">{file.fileName}</strong>
        <CopyButton text={file.text} label={t('actionDialog.copy')} />
        <Button variant="default" loading={save.isRunning} onClick={() => void save.run(file)}>
          {t('generatorScreen.save')}
        </Button>
      </div>
      <TextPreview text={file.text} />
      {hostId !== null && (
        <NodeFilePanel
          key={`${hostId} ${file.fileName}`}
          generator={generator}
          values={values}
          file={file}
          hostId={hostId}
          hasErrors={problems.some(({ severity }) => severity === 'error')}
          onTake={onTake}
        />
      )}
    </div>
  );
}
