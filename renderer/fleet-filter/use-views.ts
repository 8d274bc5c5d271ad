import { useEffect } from 'react';
import type { FleetView } from '#shared/domain/fleet/fleet-view';
import { useWords } from '../app/i18n';
import { useSettings } from '../app/use-settings-sync';
import { notifyError } from '../components/notify-error';
import { engine } from '../rpc/client';
import { currentView, rememberDefaultView, useFleetView } from '../stores/fleet-view-store';

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
  // What the command line saved meanwhile is not lost.
  const store = async (edit: (views: readonly FleetView[]) => FleetView[]) => {
    try {
      const { fleetViews } = await engine.system.settings();
      const saved = await engine.system.updateSettings({ fleetViews: edit(fleetViews) });
      settings.set(() => saved);
      rememberDefaultView(saved.fleetViews);
    } catch (error) {
      notifyError(error, words);
    }
  };
  return {
    views,
    save: (given) => {
      const name = given.trim();
      useFleetView.setState({ viewName: name });
      const shown = currentView(name, false);
      void store((known) => {
        const before = known.find((one) => one.name === name);
        const view = { ...shown, isDefault: before?.isDefault ?? false };
        return before ? known.map((one) => (one === before ? view : one)) : [...known, view];
      });
    },
    rename: (view, given) => {
      const name = given.trim();
      if (useFleetView.getState().viewName === view.name) useFleetView.setState({ viewName: name });
      void store((known) => known.map((one) => (one.name === view.name ? { ...one, name } : one)));
    },
    remove: (view) => {
      if (useFleetView.getState().viewName === view.name) useFleetView.setState({ viewName: null });
      void store((known) => known.filter((one) => one.name !== view.name));
    },
    toggleDefault: (view) =>
      void store((known) =>
        known.map((one) => ({ ...one, isDefault: one.name === view.name ? !view.isDefault : false })),
      ),
  };
}

/** Keeps what the fleet opens with at hand for the next start. */
export function useDefaultViewSync(): void {
  const { data } = useSettings();
  useEffect(() => {
    if (data) rememberDefaultView(data.fleetViews);
  }, [data]);
}
