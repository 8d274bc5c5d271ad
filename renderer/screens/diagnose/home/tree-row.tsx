import { ActionIcon, Anchor, Button, Menu, Modal, Popover, Select } from '@mantine/core';
import { IconArrowsSplit2, IconDotsVertical, IconPlayerPlay, IconSitemap } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { StateBadge } from '../../../components/state-badge';
import { StateView } from '../../../components/state-view';
import type { TreeSummary } from '../../../findings/use-trees';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { TreeGraph } from '../graph/tree-graph';
import classes from './diagnose-home.module.css';

export interface HomeNode {
  readonly id: string;
  readonly name: string;
}

interface TreeRowProps {
  tree: TreeSummary;
  /** Null while no node is chosen: then starting asks for it. */
  node: HomeNode | null;
  nodes: readonly HomeNode[];
  /** What led here asked for it: it is pointed out and in sight, never started by itself. */
  isChosen: boolean;
  isStarting: boolean;
  /** The file of an own tree in which something was written that is not saved. */
  draft: string | null;
  onStart: (hostId: string) => void;
}

/** A diagnosis by what one sees, in two lines; all its symptoms show when it is pointed at. */
export function TreeRow({ tree, node, nodes, isChosen, isStarting, draft, onStart }: TreeRowProps) {
  const { t, localized } = useWords();
  const [isPreviewed, setPreviewed] = useState(false);
  const title = localized(tree.title);
  const symptoms = tree.symptoms.map(localized);
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isChosen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen]);
  return (
    <article ref={row} className={classes.row} aria-label={title} aria-current={isChosen || undefined}>
      <div className={classes.rowWords} title={symptoms.join('\n')}>
        <h3 className={classes.rowTitle}>
          <span>{title}</span>
          {!tree.isBuiltIn && <StateBadge tone="info">{t('diagnoseScreen.ownTree')}</StateBadge>}
          {draft !== null && (
            <Anchor
              component="button"
              type="button"
              title={t('treeEditor.openDraft', { name: draft })}
              onClick={() => navigate({ screen: 'diagnose', section: 'edit', file: draft })}
            >
              <StateBadge tone="warn">{t('treeEditor.draft')}</StateBadge>
            </Anchor>
          )}
        </h3>
        <p className={classes.symptoms}>{symptoms.join(' · ')}</p>
      </div>
      <StartButton treeId={tree.id} title={title} node={node} nodes={nodes} isStarting={isStarting} onStart={onStart} />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t('diagnoseScreen.moreOf', { tree: title })}>
            <IconDotsVertical size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconArrowsSplit2 size={14} aria-hidden />}
            disabled={nodes.length < 2}
            onClick={() => navigate({ screen: 'diagnose', strandsId: 'new', treeId: tree.id, hostId: node?.id })}
          >
            {t('strands.onMany')}
          </Menu.Item>
          <Menu.Item leftSection={<IconSitemap size={14} aria-hidden />} onClick={() => setPreviewed(true)}>
            {t('diagnoseScreen.preview')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
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

interface StartButtonProps extends Pick<TreeRowProps, 'node' | 'nodes' | 'isStarting' | 'onStart'> {
  treeId: string;
  title: string;
}

/** Starts on the chosen node; without one, choosing it starts. */
function StartButton({ treeId, title, node, nodes, isStarting, onStart }: StartButtonProps) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const label = node
    ? t('diagnoseScreen.startOn', { tree: title, host: node.name })
    : t('diagnoseScreen.startWhere', { tree: title });
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          data-tree-start={treeId}
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          disabled={nodes.length === 0 || isStarting}
          aria-label={label}
          title={label}
          onClick={() => (node ? onStart(node.id) : setOpen(!isOpen))}
        >
          {t('diagnoseScreen.start')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Select
          data-autofocus
          w={240}
          aria-label={t('diagnoseScreen.node')}
          placeholder={t('diagnoseScreen.chooseNode')}
          searchable
          defaultDropdownOpened
          comboboxProps={{ withinPortal: false }}
          data={nodes.map(({ id, name }) => ({ value: id, label: name }))}
          value={null}
          onChange={(hostId) => {
            setOpen(false);
            if (hostId !== null) onStart(hostId);
          }}
        />
      </Popover.Dropdown>
    </Popover>
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
