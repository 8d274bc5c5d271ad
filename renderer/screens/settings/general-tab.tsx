import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Settings } from '#shared/contract/system';
import type { Language } from '#shared/domain/text';
import { useWords } from '../../app/i18n';
import { useApplySettings, useSettings } from '../../app/use-settings-sync';
import { notifyError } from '../../components/notify-error';
import { StateView } from '../../components/state-view';
import { engine } from '../../rpc/client';
import classes from './settings.module.css';

type Save = (change: Partial<Settings>) => Promise<void>;

export function GeneralTab() {
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
      </section>
    </>
  );
}

interface PathFieldProps {
  label: string;
  help: string;
  placeholder: string;
  value: string | null;
  onSave: (value: string | null) => Promise<void>;
}

/** Saved when it is left or with Enter; empty means null. */
function PathField({ label, help, placeholder, value, onSave }: PathFieldProps) {
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const save = () => {
    const next = text.trim() === '' ? null : text.trim();
    if (next !== value) void onSave(next);
  };
  return (
    <TextInput
      label={label}
      description={help}
      placeholder={placeholder}
      spellCheck={false}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
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
