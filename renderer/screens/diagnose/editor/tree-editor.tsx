import { Anchor, Badge, Button, SegmentedControl } from '@mantine/core';
import { IconArrowLeft, IconDeviceFloppy, IconDownload } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { createStore, useStore } from 'zustand';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { casesNameOf, treeNameOf } from '#shared/domain/own-trees';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { notify } from '../../../components/notify';
import { StateBadge } from '../../../components/state-badge';
import { LoadingLines } from '../../../components/state-view';
import { Toolbar } from '../../../components/toolbar';
import { useTrees } from '../../../findings/use-trees';
import { engine, native } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useQuery } from '../../../rpc/use-query';
import { CodeEditor, type CodeEditorHandle } from './code/code-editor';
import { ConflictBanner } from './conflict-banner';
import { LiveDrawing } from './live-drawing';
import { ProblemList } from './problem-list';
import classes from './tree-editor.module.css';
import { TryPanel } from './try-panel';
import { useExamination } from './use-examination';
import { useOwnFile } from './use-own-file';
import { useTreesFolder } from './use-trees-folder';

/** One tree of the user's own: its text, its tests, what is wrong with them, and the drawing of it. */
export function TreeEditor({ name: opened }: { name: string }) {
  const words = useWords();
  const { t } = words;
  const name = treeNameOf(opened);
  const casesName = casesNameOf(name);
  const { folder } = useTreesFolder();
  const version = (of: string) =>
    folder && !folder.problem ? (folder.files.find((file) => file.name === of)?.version ?? null) : undefined;
  const tree = useOwnFile(name, version(name));
  const cases = useOwnFile(casesName, version(casesName));
  const [isCasesOpen, setCasesOpen] = useState(opened !== name);
  const file = isCasesOpen ? cases : tree;
  const area = useRef<CodeEditorHandle>(null);
  const [caret] = useState(() => createStore(() => ({ line: 1 })));
  const [run, setRun] = useState<DiagnosisRun | null>(null);
  /** A line to go to once the text it is of is shown. */
  const [aim, setAim] = useState<{ line: number; column: number } | null>(null);

  const { found, error, isCurrent } = useExamination(tree, cases);
  const problems = useMemo(() => [...(found?.problems ?? []), ...(found?.cases?.problems ?? [])], [found]);
  const steps = useMemo(() => Object.entries(found?.lines ?? {}).sort(([, a], [, b]) => a - b), [found]);
  const stepIndex = useStore(caret, ({ line }) => (isCasesOpen ? -1 : steps.findLastIndex(([, from]) => from <= line)));
  const step = steps[stepIndex];

  const vocabulary = useQuery('ownTrees.vocabulary', (signal) =>
    engine.ownTrees.vocabulary(undefined, { signal }),
  ).data;
  const trees = useTrees().data?.trees;
  const known = useMemo(
    () => (vocabulary ? { ...vocabulary, treeIds: trees?.map(({ id }) => id) ?? [] } : null),
    [vocabulary, trees],
  );

  const goTo = useCallback(
    (of: string, line: number, column = 1) => {
      const isOfCases = of === casesName;
      if (isOfCases === isCasesOpen) area.current?.goTo(line, column);
      else {
        setCasesOpen(isOfCases);
        setAim({ line, column });
      }
    },
    [casesName, isCasesOpen],
  );
  const lines = found?.lines;
  const openStep = useCallback(
    (id: string) => {
      const line = lines?.[id];
      if (line !== undefined) goTo(name, line);
    },
    [lines, goTo, name],
  );
  useEffect(() => {
    if (aim === null) return;
    area.current?.goTo(aim.line, aim.column);
    setAim(null);
  }, [aim]);

  const save = async () => {
    for (const one of [tree, cases]) if (one.isDirty && !(await one.save())) return;
  };
  const saveNow = useRef(save);
  saveNow.current = save;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
      event.preventDefault();
      void saveNow.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);

  const isDirty = tree.isDirty || cases.isDirty;
  const dirty = useRef(isDirty);
  dirty.current = isDirty;
  useEffect(
    () => () => {
      if (dirty.current) notify({ message: t('treeEditor.draftKept', { name }) }, { t });
    },
    [name, t],
  );

  const exported = useCall(async () =>
    native.dialog.saveFile({
      suggestedName: file.name,
      content: file.text.read() ?? '',
      filters: [{ name: 'YAML', extensions: ['yaml'] }],
    }),
  );
  // A path through a text that is another by now would be a lie.
  const change = (text: string) => {
    setRun(null);
    file.change(text);
  };

  const isBroken = problems.length > 0;
  return (
    <>
      <Toolbar
        title={
          <span>
            <Anchor
              component="button"
              type="button"
              aria-label={t('treeEditor.back')}
              onClick={() => navigate({ screen: 'diagnose', section: 'trees' })}
            >
              <IconArrowLeft size={16} aria-hidden />
            </Anchor>
            <span className="ellipsis">{name}</span>
          </span>
        }
        info={
          <>
            {isDirty && <StateBadge tone="warn">{t('treeEditor.unsaved')}</StateBadge>}
            {file.isDraftLost && <StateBadge tone="bad">{t('treeEditor.draftLost')}</StateBadge>}
          </>
        }
      >
        <Button
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => void exported.run()}
        >
          {t('treeEditor.export')}
        </Button>
        <Button
          leftSection={<IconDeviceFloppy size={14} aria-hidden />}
          disabled={!isDirty}
          loading={tree.saving.isRunning || cases.saving.isRunning}
          onClick={() => void save()}
        >
          {t('treeEditor.save')}
        </Button>
      </Toolbar>
      {[file.loadError, tree.saving.error, cases.saving.error, exported.error].map(
        // biome-ignore lint/suspicious/noArrayIndexKey: each has its place
        (one, index) => Boolean(one) && <ErrorView key={index} error={one} variant="inline" />,
      )}
      {file.conflict && <ConflictBanner file={file} />}
      <div className={classes.body}>
        <div className={classes.left}>
          <div className={classes.bar}>
            <SegmentedControl
              size="xs"
              aria-label={t('treeEditor.part')}
              value={isCasesOpen ? 'cases' : 'tree'}
              onChange={(value) => setCasesOpen(value === 'cases')}
              data={[
                { value: 'tree', label: `${t('treeEditor.tree')}${tree.isDirty ? ' •' : ''}` },
                { value: 'cases', label: `${t('treeEditor.cases')}${cases.isDirty ? ' •' : ''}` },
              ]}
            />
            <span className={classes.verdict} role="status">
              {error ? (
                <StateBadge tone="unknown">{t('treeEditor.notChecked')}</StateBadge>
              ) : !isCurrent ? (
                <span className="dim small">{t('treeEditor.checking')}</span>
              ) : isBroken ? (
                <StateBadge tone="bad">{t('treeEditor.problems', { count: problems.length })}</StateBadge>
              ) : (
                <StateBadge tone="ok">{t('treeEditor.noProblems')}</StateBadge>
              )}
            </span>
            {found?.cases && (
              <Badge variant="default" size="sm" tt="none">
                {t('treeEditor.passed', {
                  passed: found.cases.outcomes.filter((one) => one.problems.length === 0).length,
                  count: found.cases.outcomes.length,
                })}
              </Badge>
            )}
          </div>
          {!file.isOpen ? (
            !file.loadError && <LoadingLines />
          ) : (
            <CodeEditor
              name={file.name}
              text={file.text}
              problems={problems}
              step={step ? { from: step[1], to: steps[stepIndex + 1]?.[1] ?? step[1] + 1 } : null}
              known={isCasesOpen ? null : known}
              handle={area}
              onChange={change}
              onCaretLine={(line) => caret.setState({ line })}
            />
          )}
          <ProblemList problems={problems} isStale={!isCurrent} onOpen={goTo} />
        </div>
        <div className={classes.right}>
          <LiveDrawing
            graph={found?.graph ?? null}
            isChecked={found !== null}
            run={run}
            selectedId={step?.[0] ?? null}
            onSelect={openStep}
          />
          <TryPanel
            file={tree}
            isBroken={isBroken}
            cases={found?.cases ?? null}
            run={run}
            onRun={setRun}
            onOpenCase={(line) => goTo(casesName, line)}
          />
        </div>
      </div>
    </>
  );
}
