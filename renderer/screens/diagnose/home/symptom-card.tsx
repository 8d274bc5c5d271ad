import { Button, Modal, Text, Tooltip } from '@mantine/core';
import { IconPlayerPlay, IconSitemap } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../../../app/i18n';
import { StateView } from '../../../components/state-view';
import type { TreeSummary } from '../../../findings/use-trees';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { TreeGraph } from '../graph/tree-graph';
import classes from './diagnose-home.module.css';

interface SymptomCardProps {
  tree: TreeSummary;
  /** Null while no node is chosen; the diagnosis can't be started then. */
  hostName: string | null;
  /** What led here asked for it: it is pointed out and in sight, never started by itself. */
  isChosen: boolean;
  isStarting: boolean;
  onStart: () => void;
}

const shownSymptoms = 5;

/** A diagnosis by what one sees: the words of the error messages it is for. */
export function SymptomCard({ tree, hostName, isChosen, isStarting, onStart }: SymptomCardProps) {
  const { t, localized } = useWords();
  const [isPreviewed, setPreviewed] = useState(false);
  const title = localized(tree.title);
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isChosen) card.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen]);
  return (
    <article ref={card} className={classes.card} aria-label={title} aria-current={isChosen || undefined}>
      <h2 className={classes.title}>{title}</h2>
      {!tree.isBuiltIn && <Text className="small">{t('diagnoseScreen.ownTree')}</Text>}
      <ul className={classes.symptoms}>
        {tree.symptoms.slice(0, shownSymptoms).map((symptom) => (
          <li key={symptom.en}>{localized(symptom)}</li>
        ))}
      </ul>
      {tree.introduction && <Text c="dimmed">{localized(tree.introduction)}</Text>}
      <Text className="small" c="dimmed">
        {t('diagnoseScreen.looksAt')}: <code className="small">{tree.probes.join(', ')}</code>
      </Text>
      <div className={classes.buttons}>
        <Tooltip label={t('diagnoseScreen.chooseNode')} disabled={hostName !== null}>
          <Button
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
            disabled={hostName === null}
            loading={isStarting}
            aria-label={
              hostName === null
                ? t('diagnoseScreen.start')
                : t('diagnoseScreen.startOn', { tree: title, host: hostName })
            }
            onClick={onStart}
          >
            {t('diagnoseScreen.start')}
          </Button>
        </Tooltip>
        <Button
          variant="default"
          leftSection={<IconSitemap size={14} aria-hidden />}
          onClick={() => setPreviewed(true)}
        >
          {t('diagnoseScreen.preview')}
        </Button>
      </div>
      <Modal
        opened={isPreviewed}
        onClose={() => setPreviewed(false)}
        title={title}
        size="calc(100vw - 64px)"
        closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
      >
        <TreePreview treeId={tree.id} />
      </Modal>
    </article>
  );
}

function TreePreview({ treeId }: { treeId: string }) {
  const tree = useQuery(`trees.get:${treeId}`, (signal) => engine.trees.get({ treeId }, { signal }));
  const [selectedId, setSelectedId] = useState<string | null>(null);
  return (
    <div className={classes.preview}>
      <StateView query={tree}>
        {(graph) => <TreeGraph tree={graph} run={null} selectedId={selectedId} onSelect={setSelectedId} />}
      </StateView>
    </div>
  );
}
