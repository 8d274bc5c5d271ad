import { Button, SegmentedControl } from '@mantine/core';
import {
  IconHistory,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
} from '@tabler/icons-react';
import { useEffect, useMemo, useRef } from 'react';
import type { Annotation } from '#shared/domain/telemetry/annotation';
import { useWords } from '../app/i18n';
import { useRoute } from '../app/router';
import { useAnnotationWords } from '../charts/annotation-words';
import { useFormat } from '../components/format';
import { IconControl } from '../components/icon-control';
import { StateBadge } from '../components/state-badge';
import { engine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';
import { useAlerts } from '../stores/alerts-store';
import { advance, type Replay, replaySpeeds, stepTo, TICK_MS, togglePlaying } from '../stores/replay-clock';
import { changeReplay, stopReplay, useReplay } from '../stores/replay-store';
import { isPlayable } from './is-playable';
import classes from './replay.module.css';
import { Scrubber } from './scrubber';
import { useNamesOfAll } from './use-names-of-all';
import { useReplayKeys } from './use-replay-keys';
import { useReplayedAlerts } from './use-replayed-alerts';

/** Says that the past is shown, which time of it, and moves through it. */
export function ReplayBar() {
  const replay = useReplay((state) => state.replay);
  return replay && <Bar replay={replay} />;
}

const none: never[] = [];

function Bar({ replay }: { replay: Replay }) {
  const { t } = useWords();
  const format = useFormat();
  const bar = useRef<HTMLElement>(null);
  const { window, hostIds, atMs, isPlaying, speed } = replay;
  const { fromMs, toMs } = window;
  const wanted = { fromMs, toMs, ...(hostIds ? { hostIds: [...hostIds] } : {}) };
  const { data } = useQuery(`replay/marks/${JSON.stringify(wanted)}`, (signal) =>
    engine.timeline.annotations(wanted, { signal }),
  );
  const happened = data?.annotations ?? none;
  const times = useMemo(
    () => happened.map((one) => one.atMs).filter((time) => time >= fromMs && time <= toMs),
    [happened, fromMs, toMs],
  );
  const wordsOf = useAnnotationWords(useNamesOfAll());
  useClock(isPlaying);
  useReplayedAlerts(replay);
  useReplayKeys(bar, times);
  return (
    <section ref={bar} className={classes.bar} aria-label={t('replay.title')}>
      <div className={classes.head}>
        <span className={classes.title}>
          <IconHistory size={16} aria-hidden />
          <strong>{t('replay.title')}</strong> {t('replay.past')}
        </span>
        <time className={classes.time} dateTime={new Date(atMs).toISOString()}>
          {format.dateTime(atMs)}
        </time>
        <div className={classes.controls}>
          <IconControl
            icon={IconPlayerSkipBack}
            label={t('replay.before')}
            onClick={() => changeReplay((known) => stepTo(known, times, 'before'))}
          />
          <IconControl
            icon={isPlaying ? IconPlayerPause : IconPlayerPlay}
            label={t(isPlaying ? 'replay.pause' : 'replay.play')}
            onClick={() => changeReplay(togglePlaying)}
          />
          <IconControl
            icon={IconPlayerSkipForward}
            label={t('replay.next')}
            onClick={() => changeReplay((known) => stepTo(known, times, 'next'))}
          />
        </div>
        <SegmentedControl
          size="xs"
          aria-label={t('replay.speed')}
          value={String(speed)}
          onChange={(value) => {
            const chosen = replaySpeeds.find((each) => String(each) === value);
            if (chosen) changeReplay((known) => ({ ...known, speed: chosen }));
          }}
          data={replaySpeeds.map((each) => ({ value: String(each), label: `${each}×` }))}
        />
        <Button size="xs" className={classes.live} onClick={stopReplay}>
          {t('replay.toLive')}
        </Button>
      </div>
      <Scrubber replay={replay} happened={happened} wordsOf={wordsOf} />
      <div className={classes.words}>
        <Firing />
        <Latest happened={happened} isLoaded={data !== undefined} atMs={atMs} wordsOf={wordsOf} />
        {data?.isCut && <span className="dim">{t('replay.cut')}</span>}
        <Sums />
        <ShowsNow />
      </div>
    </section>
  );
}

/** Moves the time on while it plays and the window can be seen. */
function useClock(isPlaying: boolean): void {
  useEffect(() => {
    if (!isPlaying) return;
    let lastMs = performance.now();
    const timer = setInterval(() => {
      const nowMs = performance.now();
      const elapsedMs = nowMs - lastMs;
      lastMs = nowMs;
      if (document.visibilityState === 'visible') changeReplay((replay) => advance(replay, elapsedMs));
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [isPlaying]);
}

function Firing() {
  const { t } = useWords();
  const firing = useAlerts((state) => state.firing);
  const worst = useAlerts((state) => state.worst);
  if (firing === 0 || worst === null) return <span className="dim">{t('replay.noneFiring')}</span>;
  return (
    <StateBadge tone={worst === 'info' ? 'info' : worst === 'warn' ? 'warn' : 'bad'}>
      {t('replay.firing', { count: firing })}
    </StateBadge>
  );
}

interface LatestProps {
  happened: readonly Annotation[];
  isLoaded: boolean;
  atMs: number;
  wordsOf: (annotation: Annotation) => string;
}

/** What had happened last by then. */
function Latest({ happened, isLoaded, atMs, wordsOf }: LatestProps) {
  const { t } = useWords();
  const format = useFormat();
  const latest = happened.findLast((one) => one.atMs <= atMs);
  if (!isLoaded) return null;
  if (!latest) return <span className="dim">{t(happened.length === 0 ? 'replay.nothing' : 'replay.nothingYet')}</span>;
  const words = `${format.time(latest.atMs, atMs)} ${wordsOf(latest)}`;
  return (
    <span className={classes.latest} title={words}>
      {words}
    </span>
  );
}

function Sums() {
  const { t } = useWords();
  const format = useFormat();
  const tierMs = useReplay((state) => state.tierMs);
  if (tierMs === 0) return null;
  return (
    <span className="dim" title={t('replay.sumsHelp')}>
      {t('replay.sums', { length: format.duration(tierMs) })}
    </span>
  );
}

function ShowsNow() {
  const { t } = useWords();
  const route = useRoute();
  return isPlayable(route) ? null : <StateBadge tone="warn">{t('replay.showsNow')}</StateBadge>;
}
