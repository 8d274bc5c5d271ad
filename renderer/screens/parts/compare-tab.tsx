import { ActionIcon, Checkbox, Select } from '@mantine/core';
import { IconArrowsLeftRight, IconEqual } from '@tabler/icons-react';
import { useState } from 'react';
import { countUncompared } from '#shared/domain/parts/compare-parts';
import { useWords } from '../../app/i18n';
import { navigate, useRoute } from '../../app/router';
import { useFormat } from '../../components/format';
import { StateBadge } from '../../components/state-badge';
import { StatePanel } from '../../components/state-panel';
import { StateView } from '../../components/state-view';
import classes from '../../parts/parts.module.css';
import { usePartWords } from '../../parts/use-part-words';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import { useFleet, useHostNames } from '../../stores/fleet-store';
import { ComparisonTable } from './comparison-table';

interface Side {
  hostId: string;
  version?: number;
}

/** `HOST` as it is now, or `HOST@VERSION`. */
function readSide(text: string | undefined): Side | null {
  if (!text) return null;
  const found = /^(.*)@(\d+)$/.exec(text);
  return found ? { hostId: found[1] ?? '', version: Number(found[2]) } : { hostId: text };
}

function writeSide(side: Side | null): string | undefined {
  if (!side) return undefined;
  return side.version === undefined ? side.hostId : `${side.hostId}@${side.version}`;
}

/** Any two nodes, or one node at two times, side by side. */
export function CompareTab() {
  const { t } = useWords();
  const words = usePartWords();
  const route = useRoute();
  const texts = route.screen === 'parts' ? route : { before: undefined, after: undefined };
  const [before, after] = [readSide(texts.before), readSide(texts.after)];
  const [isAll, setAll] = useState(false);
  const set = (sides: { before: Side | null; after: Side | null }) =>
    navigate(
      { screen: 'parts', section: 'compare', before: writeSide(sides.before), after: writeSide(sides.after) },
      { replace: true },
    );
  const key = before && after ? `compare ${texts.before} ${texts.after}` : null;
  const query = useQuery(key, (signal) =>
    engine.parts.compare({ before: before ?? { hostId: '' }, after: after ?? { hostId: '' } }, { signal }),
  );
  return (
    <>
      <div className={classes.sides}>
        <SideSelect
          label={t('partsScreen.compare.before')}
          side={before}
          onChange={(side) => set({ before: side, after })}
        />
        <ActionIcon
          size="lg"
          variant="default"
          aria-label={t('partsScreen.compare.swapSides')}
          onClick={() => set({ before: after, after: before })}
        >
          <IconArrowsLeftRight size={16} />
        </ActionIcon>
        <SideSelect
          label={t('partsScreen.compare.after')}
          side={after}
          onChange={(side) => set({ before, after: side })}
        />
      </div>
      {key === null ? (
        <p className="dim">{t('partsScreen.compare.choose')}</p>
      ) : (
        <StateView query={query}>
          {({ pairs, unread, mode }) => {
            const different = pairs.filter(({ isDifferent }) => isDifferent).length;
            const uncompared = countUncompared(pairs);
            return (
              <div className={classes.stack}>
                <div className={classes.bar}>
                  <strong>{t('partsScreen.compare.found', { count: different })}</strong>
                  {uncompared > 0 && (
                    <StateBadge tone="unknown" title={t('partsScreen.compare.uncomparedDetail')}>
                      {t('partsScreen.compare.uncompared', { count: uncompared })}
                    </StateBadge>
                  )}
                  <Checkbox
                    size="xs"
                    label={t('partsScreen.compare.all')}
                    checked={isAll}
                    onChange={(event) => setAll(event.currentTarget.checked)}
                  />
                </div>
                {different === 0 && (
                  <StatePanel
                    variant="inline"
                    icon={IconEqual}
                    title={t('partsScreen.compare.same')}
                    detail={t('partsScreen.compare.sameDetail')}
                  />
                )}
                <ComparisonTable pairs={pairs} mode={mode} isAll={isAll} />
                {unread.length > 0 && (
                  <section className={classes.group}>
                    <h2>{t('partsScreen.compare.notCompared')}</h2>
                    <ul className={`${classes.changes} dim`}>
                      {unread.map(({ kind, side }) => (
                        <li key={`${kind} ${side}`}>
                          {t(`partsScreen.compare.unread.${side}`, { kind: words.kind(kind) })}
                        </li>
                      ))}
                    </ul>
                  </section>
                )}
              </div>
            );
          }}
        </StateView>
      )}
    </>
  );
}

interface SideSelectProps {
  label: string;
  side: Side | null;
  onChange: (side: Side | null) => void;
}

function SideSelect({ label, side, onChange }: SideSelectProps) {
  const { t } = useWords();
  const format = useFormat();
  const nameOf = useHostNames();
  const hosts = useFleet((state) => state.hosts);
  const versions = useQuery(side ? `versions ${side.hostId}` : null, (signal) =>
    engine.parts.versions({ hostId: side?.hostId ?? '' }, { signal }),
  );
  return (
    <div className={classes.side}>
      <Select
        label={`${label}: ${t('partsScreen.compare.node')}`}
        data={[...(hosts?.keys() ?? [])].map((id) => ({ value: id, label: nameOf(id) }))}
        value={side?.hostId ?? null}
        onChange={(hostId) => onChange(hostId === null ? null : { hostId })}
        searchable
      />
      <Select
        label={t('partsScreen.compare.version')}
        disabled={side === null}
        data={[
          { value: '', label: t('partsScreen.compare.now') },
          ...(versions.data ?? []).map(({ number, firstSeenMs }) => ({
            value: String(number),
            label: t('partsScreen.compare.versionAt', { number, time: format.dateTime(firstSeenMs) }),
          })),
        ]}
        value={String(side?.version ?? '')}
        onChange={(version) =>
          side && onChange(version ? { hostId: side.hostId, version: Number(version) } : { hostId: side.hostId })
        }
        allowDeselect={false}
      />
    </div>
  );
}
