import { useEffect } from 'react';
import type { FleetView } from '#shared/domain/fleet/fleet-view';
import { useWords } from '../../../app/i18n';
import { useSettings } from '../../../app/use-settings-sync';
import { notifyError } from '../../../components/notify-error';
import { engine } from '../../../rpc/client';
import { currentView, rememberDefaultView, useFleetView } from '../../../stores/fleet-view-store';

export interface Views {
  views: readonly FleetView[];
  /** Saves what is shown now, in place of a view of the same name. */
  save: (name: string) => void;
  rename: (view: FleetView, name: string) => void;
  remove: (view: FleetView) => void;
  /** The fleet opens with it; again: with what was shown last. */
  toggleDefault: (view: FleetView) => void;
}

/** The saved views, which the engine keeps with the settings, so that the command line has them too. */
export function useViews(): Views {
  const words = useWords();
  const settings = useSettings();
  const views = settings.data?.fleetViews ?? [];
  const store = async (fleetViews: FleetView[]) => {
    try {
      const saved = await engine.system.updateSettings({ fleetViews });
      settings.set(() => saved);
      rememberDefaultView(saved.fleetViews);
    } catch (error) {
      notifyError(error, words);
    }
  };
  const replace = (view: FleetView, change: Partial<FleetView>) =>
    store(views.map((one) => (one.name === view.name ? { ...one, ...change } : one)));
  return {
    views,
    save: (given) => {
      const name = given.trim();
      const before = views.find((view) => view.name === name);
      const view = currentView(name, before?.isDefault ?? false);
      useFleetView.setState({ viewName: name });
      void store(before ? views.map((one) => (one === before ? view : one)) : [...views, view]);
    },
    rename: (view, given) => {
      const name = given.trim();
      if (useFleetView.getState().viewName === view.name) useFleetView.setState({ viewName: name });
      void replace(view, { name });
    },
    remove: (view) => {
      if (useFleetView.getState().viewName === view.name) useFleetView.setState({ viewName: null });
      void store(views.filter((one) => one !== view));
    },
    toggleDefault: (view) =>
      void store(views.map((one) => ({ ...one, isDefault: one === view ? !view.isDefault : false }))),
  };
}

/** Keeps what the fleet opens with at hand for the next start. */
export function useDefaultViewSync(): void {
  const { data } = useSettings();
  useEffect(() => {
    if (data) rememberDefaultView(data.fleetViews);
  }, [data]);
}
