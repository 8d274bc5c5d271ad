import { Anchor, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconPuzzle } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import type { Part, PartKind } from '#shared/domain/parts/part';
import { partKinds } from '#shared/domain/parts/part';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import tableClasses from '../../../components/fact-table.module.css';
import { KeyValueTable } from '../../../components/key-value-table';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import classes from '../../../parts/parts.module.css';
import { usePartWords } from '../../../parts/use-part-words';
import { useSettledQuery } from '../../../parts/use-settled-query';
import { engine } from '../../../rpc/client';
import { useNodeId } from './use-node-id';

interface ListedPart {
  part: Part;
  passportId: number | null;
}

/** Everything the node is made of, by kind, with what each part tells and where it has been. */
export function PartsTab() {
  const { t } = useWords();
  const words = usePartWords();
  const hostId = useNodeId();
  const query = useSettledQuery(hostId, `parts ${hostId}`, (signal) => engine.parts.get({ hostId }, { signal }));
  return (
    <StateView
      query={query}
      isEmpty={({ parts }) => parts.length === 0}
      empty={<StatePanel icon={IconPuzzle} title={t('partsScreen.none')} detail={t('partsScreen.noneDetail')} />}
    >
      {({ parts, unreadKinds }) => (
        <div className={classes.stack}>
          {unreadKinds.length > 0 && (
            <p className="dim" style={{ margin: 0 }}>
              {t('partsScreen.unread', { kinds: unreadKinds.map(words.kind).join(', ') })} {t('partsScreen.unreadHelp')}
            </p>
          )}
          {partKinds.map((kind) => {
            const ofKind = parts.filter(({ part }) => part.kind === kind);
            return ofKind.length > 0 && <PartsOfKind key={kind} kind={kind} parts={ofKind} />;
          })}
        </div>
      )}
    </StateView>
  );
}

function PartsOfKind({ kind, parts }: { kind: PartKind; parts: readonly ListedPart[] }) {
  const { t } = useWords();
  const words = usePartWords();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (slot: string) =>
    setOpen((known) => {
      const next = new Set(known);
      if (!next.delete(slot)) next.add(slot);
      return next;
    });
  return (
    <section className={classes.group}>
      <h2>
        {words.kind(kind)}{' '}
        {kind !== 'node' && <span className="dim">{t('partsScreen.count', { count: parts.length })}</span>}
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <div className={tableClasses.scroller} tabIndex={0}>
        <table className={tableClasses.table} aria-label={words.kind(kind)}>
          <thead>
            <tr>
              <th scope="col">{t('partsScreen.slot')}</th>
              <th scope="col">{t('partsScreen.model')}</th>
              <th scope="col">{t('partsScreen.identity')}</th>
              <th scope="col">{t('partsScreen.passport')}</th>
            </tr>
          </thead>
          <tbody>
            {parts.map(({ part, passportId }) => {
              const isOpen = open.has(part.slot);
              const Icon = isOpen ? IconChevronDown : IconChevronRight;
              return (
                <Fragment key={part.slot}>
                  <tr>
                    <td>
                      <UnstyledButton
                        className={`${classes.expander} mono`}
                        aria-expanded={isOpen}
                        aria-label={t('partsScreen.showDetails', { slot: part.slot })}
                        onClick={() => toggle(part.slot)}
                      >
                        <Icon size={14} aria-hidden />
                        {part.slot}
                      </UnstyledButton>
                    </td>
                    <td data-wide>{part.model ?? '—'}</td>
                    <td className="mono">{part.identity ?? '—'}</td>
                    <td>
                      {passportId === null ? (
                        <span className="dim">—</span>
                      ) : (
                        <Anchor
                          component="button"
                          underline="always"
                          size="sm"
                          onClick={() => navigate({ screen: 'parts', partId: String(passportId) })}
                        >
                          {t('partsScreen.passport')}
                        </Anchor>
                      )}
                    </td>
                  </tr>
                  {isOpen && (
                    <tr>
                      <td colSpan={4} style={{ whiteSpace: 'normal' }}>
                        <PartDetails part={part} />
                      </td>
                    </tr>
                  )}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function PartDetails({ part: { kind, attributes, counters } }: { part: Part }) {
  const words = usePartWords();
  const rows = [...Object.entries(attributes), ...Object.entries(counters)].map(([name, value]) => ({
    key: name,
    label: words.attribute(name),
    value: words.value(kind, name, value),
  }));
  return (
    <div className={classes.details}>
      <KeyValueTable columns={3} rows={rows} />
    </div>
  );
}
