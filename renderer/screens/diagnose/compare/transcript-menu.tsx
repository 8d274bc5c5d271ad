import { ActionIcon, Menu } from '@mantine/core';
import { IconFileDownload, IconGitCompare, IconHistory, IconRepeat } from '@tabler/icons-react';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { notify } from '../../../components/notify';
import { notifyError } from '../../../components/notify-error';
import { engine, native } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';

/** What can be done with a run that was walked: held against an earlier one, walked again, saved for another machine. */
export function TranscriptMenu({ run }: { run: DiagnosisRun }) {
  const words = useWords();
  const { t } = words;
  const save = useCall(async (signal) => {
    try {
      const made = await engine.runs.transcript({ runId: run.id }, { signal });
      const saved = await native.dialog.saveFile({
        suggestedName: made.fileName,
        content: made.bytes,
        filters: [{ name: 'JSON', extensions: ['gz'] }],
      });
      if (saved) notify({ title: t('runs.saved'), message: saved.path }, words);
    } catch (error) {
      if (!signal.aborted) notifyError(error, words);
    }
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={30} variant="default" aria-label={t('runs.menu')} loading={save.isRunning}>
          <IconHistory size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconGitCompare size={14} aria-hidden />}
          onClick={() => navigate({ screen: 'diagnose', section: 'compare', runId: run.id })}
        >
          {t('runs.compareEarlier')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconRepeat size={14} aria-hidden />}
          onClick={() => navigate({ screen: 'diagnose', section: 'replay', runId: run.id })}
        >
          {t('runs.replay')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFileDownload size={14} aria-hidden />}
          title={t('runs.exportHelp')}
          onClick={() => void save.run()}
        >
          {t('runs.export')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconHistory size={14} aria-hidden />}
          onClick={() => navigate({ screen: 'diagnose', section: 'runs', hostId: run.hostId, treeId: run.treeId })}
        >
          {t('runs.allOfThese')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
