import { Button, Popover } from '@mantine/core';
import { IconFolder, IconFolderOpen } from '@tabler/icons-react';
import { useWords } from '../../../app/i18n';
import { CopyButton } from '../../../components/copy-button';
import { notifyError } from '../../../components/notify-error';
import { PathField } from '../../../forms/path-field';
import { useSavedSettings } from '../../../forms/use-saved-settings';
import { native } from '../../../rpc/client';
import classes from '../alerts.module.css';

/** Where one's own rules are read from: chosen, shown, typed. */
export function RulesFolder({ onChanged }: { onChanged: () => void }) {
  const words = useWords();
  const { t } = words;
  const { query, save } = useSavedSettings();
  const folder = query.data?.rulesFolder ?? null;
  const set = async (rulesFolder: string | null) => {
    await save({ rulesFolder });
    onChanged();
  };
  const choose = async () => {
    try {
      const chosen = await native.dialog.chooseFolder({ startAt: folder });
      if (chosen) await set(chosen.path);
    } catch (error) {
      notifyError(error, words);
    }
  };
  return (
    <Popover position="bottom-end" shadow="md" width={420} trapFocus>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          className={classes.folder}
          leftSection={<IconFolder size={14} aria-hidden />}
        >
          {t('alertScreen.folder')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('alertScreen.folder')}>
        <div className={classes.folderForm}>
          <PathField
            label={t('alertScreen.folder')}
            help={t('alertScreen.folderHelp')}
            placeholder=""
            value={folder}
            onSave={set}
          />
          <div className={classes.buttons}>
            <Button size="xs" variant="default" onClick={() => void choose()}>
              {t('alertScreen.chooseFolder')}
            </Button>
            {folder !== null && (
              <>
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconFolderOpen size={14} aria-hidden />}
                  onClick={() =>
                    void native.shell.showFolder({ path: folder }).catch((error) => notifyError(error, words))
                  }
                >
                  {t('alertScreen.openFolder')}
                </Button>
                <CopyButton text={folder} label={t('alertScreen.copyPath')} />
              </>
            )}
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
