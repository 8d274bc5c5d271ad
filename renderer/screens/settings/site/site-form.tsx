import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import { type SiteCertificate, type SiteSettings, siteAddressNames, vendorAddresses } from '#shared/domain/site';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { notify } from '../../../components/notify';
import { notifyError } from '../../../components/notify-error';
import { engine, native } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import classes from '../settings.module.css';
import { CertificateList } from './certificate-list';
import { draftOf, settingsOf } from './site-draft';

const maxBytes = 200_000;

interface Shown {
  readonly settings: SiteSettings;
  readonly certificates: readonly SiteCertificate[];
}

interface SiteFormProps {
  shown: Shown;
  onSaved: (shown: Shown & { certificates: SiteCertificate[] }) => void;
}

/** All of the site's settings, saved together: the engine says which makes no sense. */
export function SiteForm({ shown, onSaved }: SiteFormProps) {
  const words = useWords();
  const { t } = words;
  const [draft, setDraft] = useState(() => draftOf(shown.settings));
  const change = (part: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...part }));
  const settings = settingsOf(draft);
  const isChanged = JSON.stringify(settings) !== JSON.stringify(settingsOf(draftOf(shown.settings)));
  const save = useCall(async () => {
    const saved = await engine.site.set({ settings });
    onSaved(saved);
    notify({ message: t('settings.site.saved') }, words);
  });
  async function openAuthority() {
    try {
      const filters = [{ name: 'PEM', extensions: ['pem', 'crt', 'cer'] }];
      const file = await native.dialog.openFile({ filters, maxBytes });
      if (file) change({ caPem: new TextDecoder().decode(file.bytes) });
    } catch (error) {
      notifyError(error, words);
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <section className={classes.group}>
        <h2>{t('settings.site.proxy')}</h2>
        <TextInput
          label={t('settings.site.http')}
          description={t('settings.site.httpHelp')}
          placeholder="http://proxy.site:3128"
          spellCheck={false}
          value={draft.http}
          onChange={(event) => change({ http: event.currentTarget.value })}
        />
        <TextInput
          label={t('settings.site.https')}
          description={t('settings.site.httpsHelp')}
          spellCheck={false}
          value={draft.https}
          onChange={(event) => change({ https: event.currentTarget.value })}
        />
        <TextInput
          label={t('settings.site.noProxy')}
          description={t('settings.site.noProxyHelp')}
          placeholder="localhost, 10.0.0.0/8, .site"
          spellCheck={false}
          value={draft.noProxy}
          onChange={(event) => change({ noProxy: event.currentTarget.value })}
        />
      </section>
      <section className={classes.group}>
        <h2>{t('settings.site.authority')}</h2>
        <CertificateList certificates={shown.certificates} />
        <Textarea
          label={t('settings.site.pem')}
          description={t('settings.site.pemHelp')}
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={draft.caPem}
          onChange={(event) => change({ caPem: event.currentTarget.value })}
        />
        <Group gap={8}>
          <Button
            variant="default"
            leftSection={<IconFileImport size={14} aria-hidden />}
            onClick={() => void openAuthority()}
          >
            {t('settings.site.fromFile')}
          </Button>
        </Group>
      </section>
      <section className={classes.group}>
        <h2>{t('settings.site.mirrors')}</h2>
        <p className={classes.explain}>{t('settings.site.mirrorsHelp')}</p>
        {siteAddressNames.map((name) => (
          <TextInput
            key={name}
            label={t(`settings.site.address.${name}`)}
            placeholder={vendorAddresses[name] || t('settings.site.ownSources')}
            spellCheck={false}
            value={draft.addresses[name] ?? ''}
            onChange={(event) => change({ addresses: { ...draft.addresses, [name]: event.currentTarget.value } })}
          />
        ))}
      </section>
      <div className={classes.foot}>
        {Boolean(save.error) && <ErrorView error={save.error} variant="inline" />}
        <Group gap={8}>
          <Button type="submit" loading={save.isRunning} disabled={!isChanged}>
            {t('settings.site.save')}
          </Button>
          <Button
            variant="default"
            disabled={!isChanged || save.isRunning}
            onClick={() => {
              save.reset();
              setDraft(draftOf(shown.settings));
            }}
          >
            {t('settings.site.revert')}
          </Button>
        </Group>
      </div>
    </form>
  );
}
