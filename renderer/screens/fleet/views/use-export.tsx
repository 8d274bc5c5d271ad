import { Button } from '@mantine/core';
import { type ExportFormat, exportExtensions } from '#shared/domain/fleet/export/export-formats';
import { exportNodes } from '#shared/domain/fleet/export/export-nodes';
import type { FleetFieldId } from '#shared/domain/fleet/fields';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { notify } from '../../../components/notify';
import { notifyError } from '../../../components/notify-error';
import { engine, native } from '../../../rpc/client';

interface What {
  nodes: readonly FleetNode[];
  fields: readonly FleetFieldId[];
  filter: string;
}

/** Saves nodes to a file that the user names, and notes it in the audit log. */
export function useExport(): (as: ExportFormat, what: What) => Promise<void> {
  const words = useWords();
  const { t, message } = words;
  const format = useFormat();
  return async (as, { nodes, fields, filter }) => {
    const atMs = Date.now();
    const extension = exportExtensions[as];
    const content = exportNodes(as, {
      nodes,
      fields,
      filter,
      atMs,
      context: { say: message },
      format: {
        number: format.number,
        bytes: format.bytes,
        time: format.dateTime,
        word: (word) => t(`fleet.${word}`),
      },
    });
    try {
      const saved = await native.dialog.saveFile({
        suggestedName: `fleet-${format.dateTime(atMs).replace(/\D+/g, '-').slice(0, 16)}.${extension}`,
        content,
        filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
      });
      if (!saved) return;
      await engine.inventory.noteExport({ format: as, hosts: nodes.length, fields: [...fields], filter });
      const { path } = saved;
      const show = () => native.shell.showItemInFolder({ path }).catch((error: unknown) => notifyError(error, words));
      notify(
        {
          title: t('fleetScreen.export.saved', { count: nodes.length }),
          autoClose: 15_000,
          message: (
            <div style={{ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: 6 }}>
              <code style={{ overflowWrap: 'anywhere' }}>{path}</code>
              <Button variant="default" onClick={() => void show()}>
                {t('fleetScreen.export.showInFolder')}
              </Button>
            </div>
          ),
        },
        words,
      );
    } catch (error) {
      notifyError(error, words);
    }
  };
}
