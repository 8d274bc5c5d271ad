import type { Settings } from '#shared/contract/system';
import { useWords } from '../app/i18n';
import { useApplySettings, useSettings } from '../app/use-settings-sync';
import { notifyError } from '../components/notify-error';
import { engine } from '../rpc/client';
import type { Query } from '../rpc/use-query';

export type Save = (change: Partial<Settings>) => Promise<void>;

/** The settings and how one of them is saved; what could not be saved is said, and shown as it is. */
export function useSavedSettings(): { query: Query<Settings>; save: Save } {
  const words = useWords();
  const query = useSettings();
  const applySettings = useApplySettings();
  const save: Save = async (change) => {
    try {
      const saved = await engine.system.updateSettings(change);
      query.set(() => saved);
      applySettings(saved);
    } catch (error) {
      notifyError(error, words, words.t('settings.notSaved'));
      query.refetch();
    }
  };
  return { query, save };
}
