import { useCommands } from '../app/commands';
import { useWords } from '../app/i18n';
import { currentRoute, navigate } from '../app/router';
import { togglePlaying } from '../stores/replay-clock';
import { changeReplay, startReplay, stopReplay, useReplay } from '../stores/replay-store';
import { isPlayable } from './is-playable';

const HOUR_MS = 3_600_000;

/** Offers the replay in the palette: to begin it, and while it is on what it can do. */
export function useReplayCommands(): void {
  const { t } = useWords();
  const isPlaying = useReplay(({ replay }) => replay?.isPlaying ?? null);
  const group = t('replay.title');
  useCommands([
    {
      id: 'replay.hour',
      label: t('replay.lastHour'),
      group,
      run: () => {
        const toMs = Date.now();
        startReplay({ window: { fromMs: toMs - HOUR_MS, toMs } });
        if (!isPlayable(currentRoute())) navigate({ screen: 'heatMap' });
      },
    },
    ...(isPlaying === null
      ? []
      : [
          { id: 'replay.live', label: t('replay.toLive'), group, run: stopReplay },
          {
            id: 'replay.play',
            label: t(isPlaying ? 'replay.pause' : 'replay.play'),
            group,
            run: () => changeReplay(togglePlaying),
          },
        ]),
  ]);
}
