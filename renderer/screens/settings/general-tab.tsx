import { SegmentedControl, Select } from '@mantine/core';
import type { Settings } from '#shared/contract/system';
import type { Language } from '#shared/domain/text';
import { useWords } from '../../app/i18n';
import { StateView } from '../../components/state-view';
import { PathField } from '../../forms/path-field';
import { type Save, useSavedSettings } from '../../forms/use-saved-settings';
import { engine } from '../../rpc/client';
import { OwnFolder } from './own-folder';
import classes from './settings.module.css';

export function GeneralTab() {
  const { query, save } = useSavedSettings();
  return <StateView query={query}>{(settings) => <General settings={settings} save={save} />}</StateView>;
}

function General({ settings, save }: { settings: Settings; save: Save }) {
  const { t } = useWords();
  return (
    <>
      <section className={classes.group}>
        <h2>{t('settings.appearance')}</h2>
        <Select
          label={t('settings.language')}
          data={[
            { value: '', label: t('settings.languageAuto') },
            { value: 'en', label: 'English' },
            { value: 'zh-CN', label: '简体中文' },
          ]}
          value={settings.language ?? ''}
          allowDeselect={false}
          onChange={(value) => void save({ language: value ? (value as Language) : null })}
        />
        <div>
          <div style={{ marginBottom: 4 }} id="color-scheme">
            {t('settings.colorScheme')}
          </div>
          <SegmentedControl<Settings['colorScheme']>
            aria-labelledby="color-scheme"
            value={settings.colorScheme}
            onChange={(colorScheme) => void save({ colorScheme })}
            data={(['auto', 'light', 'dark'] as const).map((value) => ({
              value,
              label: t(`settings.scheme.${value}`),
            }))}
          />
        </div>
      </section>
      <section className={classes.group}>
        <h2>{t('settings.ssh')}</h2>
        <PathField
          label={t('settings.sshConfigFile')}
          help={t('settings.sshConfigHelp')}
          placeholder="~/.ssh/config"
          value={settings.sshConfigFile}
          onSave={(sshConfigFile) => save({ sshConfigFile })}
        />
        <PathField
          label={t('settings.knownHostsFile')}
          help={t('settings.knownHostsHelp')}
          placeholder="~/.ssh/known_hosts"
          value={settings.knownHostsFile}
          onSave={(knownHostsFile) => save({ knownHostsFile })}
        />
        <TimeoutField valueMs={settings.connectTimeoutMs} onSave={(connectTimeoutMs) => save({ connectTimeoutMs })} />
      </section>
      <section className={classes.group}>
        <h2>{t('settings.knowledge')}</h2>
        <PathField
          label={t('settings.treesFolder')}
          help={t('settings.treesHelp')}
          placeholder=""
          value={settings.treesFolder}
          onSave={(treesFolder) => save({ treesFolder })}
        />
        <OwnFolder
          what="fixes"
          folder={settings.fixesFolder}
          onSave={(fixesFolder) => save({ fixesFolder })}
          problems={async (options) => (await engine.fixes.list(undefined, options)).problems}
        />
        <OwnFolder
          what="playbooks"
          folder={settings.playbooksFolder}
          onSave={(playbooksFolder) => save({ playbooksFolder })}
          problems={(options) => engine.playbooks.problems(undefined, options)}
        />
      </section>
    </>
  );
}

function TimeoutField({ valueMs, onSave }: { valueMs: number; onSave: (valueMs: number) => Promise<void> }) {
  const { t } = useWords();
  const choices = [5, 10, 15, 30, 60, 120];
  const seconds = valueMs / 1000;
  return (
    <Select
      label={t('settings.connectTimeout')}
      description={t('settings.connectTimeoutHelp')}
      data={[...new Set([...choices, seconds])]
        .sort((left, right) => left - right)
        .map((value) => ({ value: String(value), label: t('settings.seconds', { value }) }))}
      value={String(seconds)}
      allowDeselect={false}
      onChange={(value) => value && void onSave(Number(value) * 1000)}
    />
  );
}
