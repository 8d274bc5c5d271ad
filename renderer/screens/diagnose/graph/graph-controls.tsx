import { IconCurrentLocation, IconFold, IconMaximize, IconRoute, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useWords } from '../../../app/i18n';
import { IconControl } from '../../../components/icon-control';
import classes from './tree-graph.module.css';
import type { GraphView } from './use-graph-view';

interface GraphControlsProps {
  view: GraphView;
  hasCurrent: boolean;
  isWhatIf: boolean;
  isFolded: boolean;
  onFold: ((isFolded: boolean) => void) | undefined;
}

/** Zoom, fit and the key to the lines, below the drawing so that they hide nothing of it. */
export function GraphControls({ view, hasCurrent, isWhatIf, isFolded, onFold }: GraphControlsProps) {
  const { t } = useWords();
  return (
    <div className={classes.foot}>
      <div className={classes.controls}>
        <IconControl icon={IconZoomIn} label={t('diagnoseScreen.zoomIn')} onClick={view.zoomIn} />
        <IconControl icon={IconZoomOut} label={t('diagnoseScreen.zoomOut')} onClick={view.zoomOut} />
        <IconControl icon={IconMaximize} label={t('diagnoseScreen.fit')} onClick={view.fitAll} />
        {hasCurrent && (
          <IconControl icon={IconCurrentLocation} label={t('diagnoseScreen.toCurrent')} onClick={view.showCurrent} />
        )}
        {onFold && (
          <IconControl
            icon={isFolded ? IconFold : IconRoute}
            label={t(isFolded ? 'diagnoseScreen.unfold' : 'diagnoseScreen.fold')}
            onClick={() => onFold(!isFolded)}
          />
        )}
      </div>
      {hasCurrent && (
        <ul className={classes.legend}>
          {(isWhatIf ? (['taken', 'hypothetical', 'ahead'] as const) : (['taken', 'ahead'] as const)).map(
            (standing) => (
              <li key={standing}>
                <svg width="24" height="8" aria-hidden="true">
                  <path className={classes.line} data-standing={standing} d="M 1 4 L 23 4" />
                </svg>
                {t(`diagnoseScreen.legend.${standing}`)}
              </li>
            ),
          )}
        </ul>
      )}
    </div>
  );
}
