import { Button, Checkbox } from '@mantine/core';
import { IconArrowsDiff, IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { changeWords } from '#shared/domain/parts/change-words';
import type { PartsVersion } from '#shared/domain/parts/history';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { useFormat } from '../../../components/format';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import classes from '../../../parts/parts.module.css';
import { useSettledQuery } from '../../../parts/use-settled-query';
import { engine } from '../../../rpc/client';
import { useNodeId } from './use-node-id';

const shownChanges = 6;

/** What changed at the node and when; any two versions can be compared. */
export function ChangesTab() {
  const { t } = useWords();
  const hostId = useNodeId();
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const query = useSettledQuery(hostId, `versions ${hostId}`, (signal) =>
    engine.parts.versions({ hostId }, { signal }),
  );
  const choose = (number: number) =>
    setChosen((known) =>
      known.includes(number) ? known.filter((one) => one !== number) : [...known.slice(-1), number],
    );
  const compare = (before: number, after: number | null) =>
    navigate({
      screen: 'parts',
      section: 'compare',
      before: `${hostId}@${before}`,
      after: after === null ? hostId : `${hostId}@${after}`,
    });
  return (
    <StateView
      query={query}
      isEmpty={(versions) => versions.length === 0}
      empty={
        <StatePanel
          icon={IconHistory}
          title={t('partsScreen.changes.none')}
          detail={t('partsScreen.changes.noneDetail')}
        />
      }
    >
      {(versions) => {
        const [older, newer] = [...chosen].sort((a, b) => a - b);
        return (
          <>
            <div className={classes.bar}>
              {versions.length === 1 ? (
                <span className="dim">{t('partsScreen.changes.onlyOne')}</span>
              ) : (
                <>
                  <Button
                    leftSection={<IconArrowsDiff size={14} aria-hidden />}
                    disabled={older === undefined || newer === undefined}
                    onClick={() => older !== undefined && newer !== undefined && compare(older, newer)}
                  >
                    {t('partsScreen.changes.compare')}
                  </Button>
                  <span className="dim" style={{ alignSelf: 'center' }}>
                    {t('partsScreen.changes.choose')}
                  </span>
                </>
              )}
            </div>
            <div className={classes.list}>
              {versions.map((version) => (
                <VersionCard
                  key={version.number}
                  version={version}
                  isFirst={version === versions.at(-1)}
                  isChosen={chosen.includes(version.number)}
                  canChoose={versions.length > 1}
                  onChoose={() => choose(version.number)}
                  onCompare={version === versions[0] ? null : () => compare(version.number, null)}
                />
              ))}
            </div>
          </>
        );
      }}
    </StateView>
  );
}

interface VersionCardProps {
  version: PartsVersion;
  isFirst: boolean;
  isChosen: boolean;
  canChoose: boolean;
  onChoose: () => void;
  /** With what the node is now; null for the newest version, which is that. */
  onCompare: (() => void) | null;
}

function VersionCard({ version, isFirst, isChosen, canChoose, onChoose, onCompare }: VersionCardProps) {
  const { t, message } = useWords();
  const format = useFormat();
  const { number, firstSeenMs, lastSeenMs, changes, carriedCount } = version;
  const hidden = changes.length - shownChanges;
  return (
    <article className={classes.version} data-is-chosen={isChosen}>
      <div className={classes.versionHead}>
        {canChoose && (
          <Checkbox
            size="xs"
            checked={isChosen}
            onChange={onChoose}
            aria-label={t('partsScreen.changes.select', { number })}
          />
        )}
        <strong>{t('partsScreen.changes.version', { number })}</strong>
        <span className="dim">
          {t('partsScreen.changes.seen', { from: format.dateTime(firstSeenMs), to: format.dateTime(lastSeenMs) })}
        </span>
        <span>
          {onCompare && (
            <Button variant="default" size="compact-sm" onClick={onCompare}>
              {t('partsScreen.changes.compareNow')}
            </Button>
          )}
        </span>
      </div>
      {changes.length === 0 ? (
        isFirst && <p className="dim">{t('partsScreen.changes.first')}</p>
      ) : (
        <ul className={classes.changes}>
          {changes.slice(0, shownChanges).map((change) => {
            const sentence = changeWords(change, message);
            return <li key={sentence}>{sentence}</li>;
          })}
          {hidden > 0 && <li className="dim">{t('partsScreen.changes.more', { count: hidden })}</li>}
        </ul>
      )}
      {carriedCount > 0 && <p className="dim small">{t('partsScreen.changes.carried', { count: carriedCount })}</p>}
    </article>
  );
}
