import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useWords } from '../../../app/i18n';
import { notify } from '../../../components/notify';
import { notifyError } from '../../../components/notify-error';
import { engine, native } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';

const formats = { markdown: 'md', script: 'sh' } as const;

/** A plan to hand on: to read and sign, or a script that does the same. */
export function ExportMenu({ planId }: { planId: string }) {
  const words = useWords();
  const { t, language } = words;
  const save = useCall(async (signal, format: keyof typeof formats) => {
    try {
      const { fileName, text } = await engine.playbooks.exportPlan({ planId, format, language }, { signal });
      const extension = formats[format];
      const filters = [{ name: extension.toUpperCase(), extensions: [extension] }];
      const saved = await native.dialog.saveFile({ suggestedName: fileName, content: text, filters });
      if (saved) notify({ message: t('metricsScreen.saved', { path: saved.path }) }, words);
    } catch (error) {
      if (!signal.aborted) notifyError(error, words);
    }
  });
  return (
    <Menu>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          loading={save.isRunning}
          leftSection={<IconDownload size={14} aria-hidden />}
        >
          {t('setupScreen.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(formats) as Array<keyof typeof formats>).map((format) => (
          <Menu.Item key={format} onClick={() => void save.run(format)}>
            {t(`setupScreen.exportAs.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
