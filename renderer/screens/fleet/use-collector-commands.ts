import { useCommands } from '../../app/commands';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { notify } from '../../components/notify';
import { notifyError } from '../../components/notify-error';
import { engine, native } from '../../rpc/client';
import { reloadHosts } from '../../stores/fleet-store';

const maxBundleBytes = 256 * 1024 * 1024;

/** Offers saving the offline collector and importing its output in the command palette. */
export function useCollectorCommands(): void {
  const words = useWords();
  const { t } = words;
  const importBundle = useImportBundle();
  const saveCollector = async () => {
    try {
      const { script } = await engine.inventory.collectorScript();
      const filters = [{ name: 'Shell', extensions: ['sh'] }];
      const saved = await native.dialog.saveFile({ suggestedName: 'collect.sh', content: script, filters });
      if (!saved) return;
      const file = saved.path.split(/[\\/]/).at(-1) ?? saved.path;
      notify(
        {
          title: t('fleetScreen.collectorSaved', { path: saved.path }),
          message: t('fleetScreen.collectorSavedDetail', { file }),
          autoClose: 20_000,
        },
        words,
      );
    } catch (error) {
      notifyError(error, words);
    }
  };
  const group = t('shell.palette.thisScreen');
  useCommands([
    { id: 'fleet.importBundle', label: t('fleetScreen.importBundle'), group, run: () => void importBundle() },
    { id: 'fleet.saveCollector', label: t('fleetScreen.saveCollector'), group, run: () => void saveCollector() },
  ]);
}

/** Lets the user pick a collector's output; it becomes a node, which is then shown. */
export function useImportBundle(): () => Promise<void> {
  const words = useWords();
  return async () => {
    try {
      const file = await native.dialog.openFile({ filters: [], maxBytes: maxBundleBytes });
      if (!file) return;
      const { host, ok, total, isComplete } = await engine.inventory.importBundle({ bytes: file.bytes });
      reloadHosts();
      navigate({ screen: 'node', hostId: host.id });
      const message = words.t('fleetScreen.imported', { name: host.name, ok, total });
      if (isComplete) notify({ message }, words);
      else
        notify({ title: message, message: words.t('inventory.bundleCut'), color: 'yellow', autoClose: false }, words);
    } catch (error) {
      notifyError(error, words);
    }
  };
}
