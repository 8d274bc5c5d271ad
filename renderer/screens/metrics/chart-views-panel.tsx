import type { ChartView } from '#shared/domain/telemetry/chart-view';
import { useWords } from '../../app/i18n';
import { useSettings } from '../../app/use-settings-sync';
import { notifyError } from '../../components/notify-error';
import { SavedViews } from '../../components/saved-views';
import type { PanelProps } from '../../fleet-filter/menu-button';
import { engine } from '../../rpc/client';
import { currentChartView, showChartView, useMetricsView } from '../../stores/metrics-view-store';

/** The saved views of this screen, kept with the settings as those of the fleet are. */
export function ChartViewsPanel({ onClose }: PanelProps) {
  const words = useWords();
  const settings = useSettings();
  const current = useMetricsView((state) => state.viewName);
  const store = async (edit: (views: readonly ChartView[]) => ChartView[]) => {
    try {
      const { chartViews } = await engine.system.settings();
      const saved = await engine.system.updateSettings({ chartViews: edit(chartViews) });
      settings.set(() => saved);
    } catch (error) {
      notifyError(error, words);
    }
  };
  const onCurrent = (from: string, viewName: string | null) => {
    if (current === from) useMetricsView.setState({ viewName });
  };
  return (
    <SavedViews
      views={settings.data?.chartViews ?? []}
      current={current}
      onShow={(view) => {
        showChartView(view);
        onClose();
      }}
      onSave={(given) => {
        const name = given.trim();
        const shown = currentChartView(name);
        useMetricsView.setState({ viewName: name });
        void store((known) => [...known.filter((one) => one.name !== name), shown]);
        onClose();
      }}
      onRename={(view, given) => {
        const name = given.trim();
        onCurrent(view.name, name);
        void store((known) => known.map((one) => (one.name === view.name ? { ...one, name } : one)));
      }}
      onRemove={(view) => {
        onCurrent(view.name, null);
        void store((known) => known.filter((one) => one.name !== view.name));
      }}
    />
  );
}
