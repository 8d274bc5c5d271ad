import { Button, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { byArea } from '#shared/domain/tree-areas';
import { useWords } from '../../../app/i18n';
import type { TreeSummary } from '../../../findings/use-trees';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import classes from './diagnose-home.module.css';
import { searchTrees, xidIn } from './search-trees';
import { type HomeNode, TreeRow } from './tree-row';

interface TreeListProps {
  trees: readonly TreeSummary[];
  /** Trees that were walked lately, the last first. */
  recentIds: readonly string[];
  chosenTreeId: string | null;
  node: HomeNode | null;
  nodes: readonly HomeNode[];
  isStarting: boolean;
  /** Files with something written that is not saved, by the tree they are in use as. */
  drafts: ReadonlyMap<string, string>;
  onStart: (treeId: string, hostId: string) => void;
}

const shownRecent = 3;

/** Every diagnosis by its area, with a search; “/” goes to it, and arrow keys go through what it finds. */
export function TreeList(props: TreeListProps) {
  const { trees, recentIds, chosenTreeId, node, nodes, isStarting, drafts, onStart } = props;
  const { t, localized } = useWords();
  const [query, setQuery] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const code = xidIn(query);
  const xids = useQuery(code === null ? null : 'knowledge.xids', (signal) =>
    engine.knowledge.xids(undefined, { signal }),
  );
  const codes = xids.data ? [...xids.data.xids, ...xids.data.sxids] : [];
  const found = searchTrees(trees, query, codes);
  const recent = recentIds.flatMap((id) => trees.find((tree) => tree.id === id) ?? []).slice(0, shownRecent);
  const areas = byArea(found).map(({ area, trees: of }) => ({ name: t(`diagnoseScreen.area.${area}`), trees: of }));

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const isTyping =
        event.target instanceof HTMLElement &&
        event.target.closest('input, textarea, [contenteditable], [role="dialog"]');
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
      event.preventDefault();
      input.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  /** Where its node is asked for. */
  function focusStart(treeId: string): void {
    const start = list.current?.querySelector<HTMLElement>(`[data-tree-start="${CSS.escape(treeId)}"]`);
    start?.focus();
    start?.click();
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const starts = [...(list.current?.querySelectorAll<HTMLElement>('[data-tree-start]') ?? [])];
    const at = starts.indexOf(event.target as HTMLElement);
    const isInput = event.target === input.current;
    if (!isInput && at < 0) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (isInput && event.key === 'Escape') setQuery('');
    if (isInput && event.key === 'Enter' && query !== '') starts[0]?.click();
    if (step === 0 || (isInput && step < 0)) return;
    event.preventDefault();
    const next = at + step;
    if (next < 0) input.current?.focus();
    else starts[next]?.focus();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of what is inside it
    <div onKeyDown={onKeyDown} className={classes.list}>
      <TextInput
        ref={input}
        type="search"
        className={classes.search}
        aria-label={t('diagnoseScreen.search')}
        placeholder={t('diagnoseScreen.searchHint')}
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={<kbd className={classes.key}>/</kbd>}
        value={query}
        maxLength={200}
        onChange={(event) => setQuery(event.currentTarget.value)}
      />
      {query === '' && recent.length > 0 && (
        <div className={classes.recent}>
          <span className="dim">{t('diagnoseScreen.usedLately')}</span>
          {recent.map(({ id, title }) => (
            <Button
              key={id}
              size="compact-sm"
              variant="default"
              onClick={() => (node ? onStart(id, node.id) : focusStart(id))}
              disabled={isStarting}
            >
              {localized(title)}
            </Button>
          ))}
        </div>
      )}
      <div ref={list} className={classes.areas}>
        {areas.map(({ name, trees: of }) => (
          <section key={name} aria-label={name}>
            <h2 className={classes.area}>{name}</h2>
            <div className={classes.rows}>
              {of.map((tree) => (
                <TreeRow
                  key={tree.id}
                  tree={tree}
                  node={node}
                  nodes={nodes}
                  isChosen={tree.id === chosenTreeId}
                  isStarting={isStarting}
                  draft={drafts.get(tree.id) ?? null}
                  onStart={(hostId) => onStart(tree.id, hostId)}
                />
              ))}
            </div>
          </section>
        ))}
        {found.length === 0 && (
          <Text c="dimmed" role="status">
            {code !== null && codes.some((one) => one.code === code)
              ? t('diagnoseScreen.xidWithoutTree', { code })
              : t('diagnoseScreen.nothingFits')}
          </Text>
        )}
      </div>
    </div>
  );
}
